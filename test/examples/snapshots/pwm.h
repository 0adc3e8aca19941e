/* Registers of pwm. Generated; do not edit. */
#ifndef PWM_REGISTERS_H
#define PWM_REGISTERS_H

#define PWM_BASE                                 0x40000000u

/* Starts the counter; turns the pin round. */
#define PWM_CONTROL                              0x0000u
#define PWM_CONTROL_RUN_SHIFT                    0
#define PWM_CONTROL_RUN_MASK                     0x1u
#define PWM_CONTROL_INVERTED_SHIFT               1
#define PWM_CONTROL_INVERTED_MASK                0x2u

/* Cycles of a period, less one. */
#define PWM_LAST                                 0x0004u

/* Cycles of a period in which the pin is 1. */
#define PWM_WIDTH                                0x0008u

/* The cycle of the period, from 0. */
#define PWM_COUNT                                0x000Cu

/* What has ended. */
#define PWM_EVENTS                               0x0010u
#define PWM_EVENTS_PERIOD_SHIFT                  0
#define PWM_EVENTS_PERIOD_MASK                   0x1u

#endif
