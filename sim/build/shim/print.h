// Included before every file of a simulator: what the Verilog prints goes to the simulation that printed it.
#pragma once
#ifdef __cplusplus
extern "C"
#endif
int tessera_print(const char* format, ...) __attribute__((format(printf, 1, 2)));
