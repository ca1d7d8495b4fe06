/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CALL_PALs of OSF/1 that come here, which are those that QEMU does not do by itself; without those that raise a
 * trap (traps.S), and HALT, which leads to whoever has started the kernel (reset.S). Of the performance monitor there
 * is nothing, and no CSERVE, which is each console's own.
 *
 * Source: Alpha Architecture Reference Manual, OSF/1 PALcode instructions.
 */
#include "arch/alpha/pal.h"
#include "arch/alpha/pal/cpu.inc"

	.set	noat
	.text

	.macro	done
	hw_mfpr	p1, PR_EXC_ADDR
	hw_ret	(p1)
	.endm

	.globl	pal_wripir
pal_wripir:
	and	$16, CPUS_MAX - 1, p2
	lda	p2, MISC_IPI_REQUEST_BIT(p2)
	lda	p3, 1($31)
	sll	p3, p2, p3
	cchip	p2
	hw_stq/p p3, MISC(p2)
	done

	.globl	pal_rdmces
pal_rdmces:
	hw_mfpr	$0, PR_MCES
	done

	.globl	pal_wrmces
pal_wrmces:
	hw_mfpr	p2, PR_MCES
	and	$16, MCES_CLEARED, p3
	and	p2, MCES_CLEARED, p2
	bic	p2, p3, p2
	and	$16, MCES_KEPT, p3
	bis	p2, p3, p2
	hw_mtpr	p2, PR_MCES
	done

	.globl	pal_wrfen
pal_wrfen:
	and	$16, 1, p2
	hw_mtpr	p2, PR_FEN
	done

	.globl	pal_wrkgp
pal_wrkgp:
	hw_mtpr	$16, PR_KGP
	done

	.globl	pal_wrent
pal_wrent:
	bic	$16, 3, p3
	.irp	number, ENT_INT, ENT_ARITH, ENT_MM, ENT_IF, ENT_UNA, ENT_SYS
	cmpeq	$17, \number, p2
	beq	p2, 1f
	hw_mtpr	p3, PR_ENT + \number
1:
	.endr
	done

	.globl	pal_wrperfmon
pal_wrperfmon:
	mov	$31, $0
	done

	/* -2 all, -1 those of the process, 1 to 3 the one of $17. There are no address space numbers: all go. */
	.globl	pal_tbi
pal_tbi:
	blt	$16, 1f
	hw_mtpr	$17, PR_TB_ONE
	done
1:	hw_mtpr	$31, PR_TB_ALL
	done

	/* The control block at physical p4 becomes the CPU's: p2 and p3 are used. The stack is the kernel's. */
	.macro	load_context
	hw_mtpr	p4, PR_PCBB
	hw_ldq/p $30, PCB_KSP(p4)
	hw_ldq/p p2, PCB_USP(p4)
	hw_mtpr	p2, PR_USP
	hw_ldq/p p2, PCB_PTBR(p4)
	sll	p2, 13, p2
	hw_mtpr	p2, PR_PTBR
	hw_mtpr	$31, PR_TB_ALL
	hw_ldl/p p2, PCB_PCC(p4)
	rpcc	p3
	subl	p2, p3, p2
	zapnot	p2, 0x0f, p2
	hw_mtpr	p2, PR_PCC_OFFSET
	hw_ldq/p p2, PCB_UNIQUE(p4)
	hw_mtpr	p2, PR_UNIQUE
	hw_ldq/p p2, PCB_FLAGS(p4)
	and	p2, PCB_FLAG_FEN, p2
	hw_mtpr	p2, PR_FEN
	.endm

	.globl	pal_swpctx
pal_swpctx:
	hw_mfpr	p4, PR_PCBB
	hw_stq/p $30, PCB_KSP(p4)
	hw_mfpr	p2, PR_USP
	hw_stq/p p2, PCB_USP(p4)
	hw_mfpr	p2, PR_UNIQUE
	hw_stq/p p2, PCB_UNIQUE(p4)
	rpcc	p2
	srl	p2, 32, p3
	addl	p2, p3, p2
	hw_stl/p p2, PCB_PCC(p4)
	mov	p4, $0
	mov	$16, p4
	load_context
	done

	/*
	 * To OSF/1 PALcode, which we are: no entry point is set then. $16 variant, $17 where to go on, $18 physical
	 * address of the control block, $19 virtual page table base. $0: 0, or 1 for a variant that nobody knows.
	 */
	.globl	pal_swppal
pal_swppal:
	subq	$16, SWPPAL_OSF, p2
	bne	p2, 1f
	begin_osf
	hw_mtpr	$19, PR_VPTPTR
	mov	$18, p4
	load_context
	lda	p2, IPL_NONE($31)
	hw_mtpr	p2, PR_PS
	bic	$17, 3, p1
	mov	p1, $26
	mov	p1, $27
	mov	$31, $0
	hw_ret	(p1)
1:	lda	$0, 1($31)
	done

	/* Back to where the frame says, and to the user's stack if that was a user. */
	.globl	pal_rti
pal_rti:
	ldq	p0, PAL_FRAME_PS($30)
	ldq	p1, PAL_FRAME_PC($30)
	ldq	$29, PAL_FRAME_GP($30)
	ldq	$16, PAL_FRAME_A0($30)
	ldq	$17, PAL_FRAME_A1($30)
	ldq	$18, PAL_FRAME_A2($30)
	lda	$30, PAL_FRAME_SIZE($30)
	and	p0, PS_USER, p2
	beq	p2, 1f
	lda	p0, PS_USER($31)
	hw_mtpr	$30, PR_KSP
	hw_mfpr	$30, PR_USP
1:	and	p0, PS_USER | PS_LEVEL, p0
	hw_mtpr	p0, PR_PS
	bic	p1, 3, p1
	hw_ret	(p1)

	/* A user's call of the system: its frame has no arguments in it. From kernel mode it is an illegal one. */
	.globl	pal_callsys
pal_callsys:
	hw_mfpr	p0, PR_PS
	and	p0, PS_USER, p2
	beq	p2, pal_call_none
	hw_mfpr	p7, PR_ENT + ENT_SYS
	beq	p7, pal_call_none
	hw_mfpr	p1, PR_EXC_ADDR
	hw_mtpr	$30, PR_USP
	hw_mfpr	$30, PR_KSP
	lda	$30, -PAL_FRAME_SIZE($30)
	stq	p0, PAL_FRAME_PS($30)
	stq	p1, PAL_FRAME_PC($30)
	stq	$29, PAL_FRAME_GP($30)
	hw_mfpr	$29, PR_KGP
	hw_mtpr	$31, PR_PS
	hw_ret	(p7)

	.globl	pal_retsys
pal_retsys:
	ldq	p1, PAL_FRAME_PC($30)
	ldq	$29, PAL_FRAME_GP($30)
	lda	$30, PAL_FRAME_SIZE($30)
	hw_mtpr	$30, PR_KSP
	hw_mfpr	$30, PR_USP
	lda	p0, PS_USER($31)
	hw_mtpr	p0, PR_PS
	bic	p1, 3, p1
	hw_ret	(p1)

	.section .note.GNU-stack, "", @progbits
