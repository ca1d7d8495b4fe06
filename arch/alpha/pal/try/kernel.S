/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel that does to our own PALcode what busproof never does: the letter of its command line says what. It says
 * "ok" or "bad" and halts, where PALcode itself is not to end the machine. tests/gate/pal.t has it built and booted.
 *
 * a illegal instruction without an entry point	b a machine check in the handler of another one
 * c a trap on a stack that is not there	d user mode: context, rti, callsys, retsys, a trap of a user
 * e interrupts to the parked CPUs		f SWPPAL to a strange variant, and MCES
 */
#include "arch/alpha/pal.h"

#define LETTER_BELOW	0x6000

/* Pages of memory that nobody else uses, by physical address: three tables, the user's code, and a control block. */
#define TABLES		0x400000
#define USER_CODE	0x406000
#define CONTROL_BLOCK	0x412000
#define PAGE		0x2000
#define USER_AT		0x10000		/* virtual: entry 8 of the third table */
#define USER_ENTRY	(USER_AT / PAGE)
#define PTE_USER	0x3301		/* valid; kernel and user read and write */
#define PS_USER		8
#define UNIQUE		0x1234
#define USER_STACK	0x5670

#define MISC		0x080		/* of the Cchip */
#define   MISC_IPI_BIT	8		/* of CPU 0: an interrupt is there */

	.set	noat
	.text

	/* KSEG address of a physical one below 2 GiB. */
	.macro	kseg register, physical
	lda	\register, -1($31)
	sll	\register, 42, \register
	ldah	$28, (\physical >> 16)($31)
	lda	$28, (\physical & 0x7fff)($28)
	bis	\register, $28, \register
	.endm

	.macro	entry_point name, number
	lda	$16, \name
	lda	$17, \number
	call_pal PAL_WRENT
	.endm

	.macro	must_be_0 register
	bne	\register, bad
	.endm

	letter_a = 'a
	letter_b = 'b
	letter_c = 'c
	letter_d = 'd
	letter_e = 'e
	letter_f = 'f

	.globl	_start
_start:
	br	$27, 1f
1:	ldgp	$29, 0($27)
	lda	$30, stack_top
	mov	$29, $16
	call_pal PAL_WRKGP
	lda	$1, _start
	lda	$2, LETTER_BELOW
	subq	$1, $2, $1
	ldbu	$9, 0($1)
	/* An address that nobody has. */
	lda	$10, -1($31)
	sll	$10, 42, $10
	lda	$11, 1($31)
	sll	$11, 38, $11
	bis	$10, $11, $10

	.irp	letter, a, b, c, d, e, f
	lda	$1, letter_\letter
	cmpeq	$9, $1, $1
	bne	$1, case_\letter
	.endr
	br	$31, bad

case_a:
	.long	0x04000000
	br	$31, bad

case_b:
	entry_point check_again, ENT_INT
	ldq	$1, 0($10)
	br	$31, bad
check_again:
	ldq	$1, 0($10)
	br	$31, bad

case_c:
	entry_point bad, ENT_IF
	lda	$30, PAGE
	.long	0x04000000
	br	$31, bad

case_d:
	entry_point entered, ENT_SYS
	entry_point user_faulted, ENT_MM
	entry_point bad, ENT_IF
	/* Tables: each shows the next, the last the user's page. */
	kseg	$1, TABLES
	lda	$2, ((TABLES + PAGE) / PAGE)
	sll	$2, 32, $2
	lda	$3, PTE_USER
	bis	$2, $3, $2
	stq	$2, 0($1)
	lda	$4, 1
	sll	$4, 32, $4
	addq	$2, $4, $2
	lda	$1, PAGE($1)
	stq	$2, 0($1)
	addq	$2, $4, $2
	lda	$1, PAGE($1)
	stq	$2, (8 * USER_ENTRY)($1)
	/* The user's code. */
	kseg	$1, USER_CODE
	lda	$2, user
	lda	$3, user_end
2:	ldq	$4, 0($2)
	stq	$4, 0($1)
	lda	$1, 8($1)
	lda	$2, 8($2)
	cmpult	$2, $3, $4
	bne	$4, 2b
	imb
	kseg	$1, CONTROL_BLOCK
	stq	$30, PCB_KSP($1)
	lda	$2, USER_STACK
	stq	$2, PCB_USP($1)
	lda	$2, (TABLES / PAGE)
	stq	$2, PCB_PTBR($1)
	lda	$2, UNIQUE
	stq	$2, PCB_UNIQUE($1)
	kseg	$16, CONTROL_BLOCK
	sll	$16, 24, $16
	srl	$16, 24, $16
	mov	$30, $12
	call_pal PAL_SWPCTX
	subq	$30, $12, $1
	must_be_0 $1
	/* To the user, by a frame as a trap leaves it; its stack is behind that. */
	lda	$30, -PAL_FRAME_SIZE($30)
	lda	$1, PS_USER
	stq	$1, PAL_FRAME_PS($30)
	lda	$1, 1
	sll	$1, 16, $1
	stq	$1, PAL_FRAME_PC($30)
	call_pal PAL_RTI

	.align	3
user:
	call_pal 0x9e				/* rdunique */
	lda	$1, UNIQUE
	subq	$0, $1, $1
	bne	$1, user_bad
	lda	$1, USER_STACK
	subq	$30, $1, $1
	bne	$1, user_bad
	call_pal PAL_CALLSYS
user_called:
	lda	$1, USER_STACK
	subq	$30, $1, $1
	bne	$1, user_bad
	call_pal PAL_RDMCES			/* privileged: an illegal instruction */
user_bad:
	call_pal PAL_BUGCHK
	.align	3
user_end:

	/* By callsys: the frame is below the kernel's stack. */
entered:
	lda	$1, PAL_FRAME_SIZE($30)
	subq	$1, $12, $1
	must_be_0 $1
	ldq	$1, PAL_FRAME_PS($30)
	lda	$1, -PS_USER($1)
	must_be_0 $1
	ldq	$1, PAL_FRAME_PC($30)
	lda	$2, (user_called - user)
	lda	$3, 1
	sll	$3, 16, $3
	addq	$2, $3, $2
	subq	$1, $2, $1
	must_be_0 $1
	entry_point user_illegal, ENT_IF
	call_pal PAL_RETSYS

user_illegal:
	lda	$16, -IF_OPCDEC($16)
	must_be_0 $16
	/* Again into user mode, to an address that no user may have. */
	lda	$1, PAL_FRAME_SIZE($30)
	subq	$1, $12, $1
	must_be_0 $1
	lda	$1, user
	stq	$1, PAL_FRAME_PC($30)
	call_pal PAL_RTI
user_faulted:
	lda	$17, -1($17)			/* access violation */
	must_be_0 $17
	lda	$18, 1($18)			/* by a fetch */
	must_be_0 $18
	ldq	$1, PAL_FRAME_PS($30)
	lda	$1, -PS_USER($1)
	must_be_0 $1
	br	$31, ok

case_e:
	/* Each takes its interrupt back, or the run ends by its time limit: MISC<IPINTR> of the Cchip. */
	lda	$12, -3($31)
	sll	$12, 40, $12
	lda	$1, 0x1a
	sll	$1, 28, $1
	bis	$12, $1, $12
	lda	$13, 99
3:	and	$13, 3, $16
	beq	$16, 4f
	lda	$11, MISC_IPI_BIT($16)
	call_pal PAL_WRIPIR
8:	mb
	ldq	$1, MISC($12)
	srl	$1, $11, $1
	blbs	$1, 8b
4:	lda	$13, -1($13)
	bne	$13, 3b
	br	$31, ok

case_f:
	lda	$16, 7
	call_pal PAL_SWPPAL
	lda	$0, -1($0)
	must_be_0 $0
	entry_point checked, ENT_INT
	ldq	$1, 0($10)
	br	$31, bad
checked:
	call_pal PAL_RDMCES
	lda	$0, -1($0)			/* MIP alone */
	must_be_0 $0
	lda	$16, 0x18
	call_pal PAL_WRMCES
	call_pal PAL_RDMCES
	lda	$0, -0x19($0)			/* not cleared by 0; both others kept */
	must_be_0 $0
	lda	$16, MCES_REPORTS
	call_pal PAL_WRMCES
	call_pal PAL_RDMCES
	must_be_0 $0
	br	$31, ok

ok:
	lda	$9, text_ok
	br	$31, say
bad:
	br	$27, 5f
5:	ldgp	$29, 0($27)
	lda	$9, text_bad
say:
	lda	$1, -3($31)			/* the ports of hose 0: 0xfffffd01fc000000 */
	sll	$1, 40, $1
	lda	$2, 0x1fc
	sll	$2, 24, $2
	bis	$1, $2, $1
6:	ldbu	$2, 0($9)
	beq	$2, 7f
	stb	$2, 0x3f8($1)
	mb
	lda	$9, 1($9)
	br	$31, 6b
7:	call_pal PAL_HALT
	br	$31, 7b

	.data
text_ok:
	.asciz	"kernel: ok\n"
text_bad:
	.asciz	"kernel: bad\n"

	.bss
	.align	4
	.skip	4096
stack_top:

	.section .note.GNU-stack, "", @progbits
