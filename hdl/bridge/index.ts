// Bridges between the network and the world outside of M³
export {}
