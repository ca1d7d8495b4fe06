/*
 * The serial console: where every word of busproof goes. Bytes wait in a buffer until their line is complete and leave
 * in bursts as long as the UART's FIFO; console_flush() empties it and returns when the last bit is on the wire, within
 * a time limit.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stddef.h>

#include "arch/arch.h"

void console_init(phys_addr uart);
/* Until console_init() the text is only kept in the buffer. A newline becomes CR LF. */
void console_write(const char *text, size_t length);
void console_flush(void);
/* Bytes dropped because the UART did not take them in time, or because the buffer was full before console_init(). */
uint64_t console_lost(void);

#endif
