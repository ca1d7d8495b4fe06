/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arch_save_context() and arch_resume_context() of a host with x86-64 and the System V calling convention (psABI
 * 3.2.1: rbx, rbp, rsp and r12 to r15 belong to the caller). A host with another CPU needs a file like this, named
 * for its `uname -m`.
 */
	.text
	.globl	arch_save_context
	.type	arch_save_context, @function
arch_save_context:
	mov	%rbx, 0(%rdi)
	mov	%rbp, 8(%rdi)
	mov	%r12, 16(%rdi)
	mov	%r13, 24(%rdi)
	mov	%r14, 32(%rdi)
	mov	%r15, 40(%rdi)
	lea	8(%rsp), %rdx		/* as it is after the return */
	mov	%rdx, 48(%rdi)
	mov	0(%rsp), %rdx
	mov	%rdx, 56(%rdi)
	xor	%eax, %eax
	ret
	.size	arch_save_context, . - arch_save_context

	.globl	arch_resume_context
	.type	arch_resume_context, @function
arch_resume_context:
	mov	0(%rdi), %rbx
	mov	8(%rdi), %rbp
	mov	16(%rdi), %r12
	mov	24(%rdi), %r13
	mov	32(%rdi), %r14
	mov	40(%rdi), %r15
	mov	48(%rdi), %rsp
	mov	$1, %eax
	jmp	*56(%rdi)
	.size	arch_resume_context, . - arch_resume_context

	.section .note.GNU-stack, "", @progbits
