#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that the benchmark shows tests of kvm-unit-tests with their points where they are there and pass, and says what
# is lacking otherwise: with programs in the place of QEMU.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(output_of write_program);

my $HERE = dirname(abs_path(__FILE__));
my $FOLDER = tempdir(CLEANUP => 1);
my $ARM = 'kvm-unit-tests arm64 pci-test';
my $BUILT = "$FOLDER/built";
my $PATH = $ENV{PATH};

path("$BUILT/arm/pci-test.flat")->touchpath;

like(bench(''), qr/^  \Q$ARM\E: not run: KVM_UNIT_TESTS, or --peers, does not say where it was built$/m, 'no folder');
qemu('exit 0');
like(bench($BUILT), qr{^  kvm-unit-tests x86 intel-iommu: not run: \S+/x86/intel-iommu\.flat is not there}m,
	'a binary that is not there');
qemu("echo PASS: a; echo PASS: b; echo FAIL-like text; exit 1");
like(bench($BUILT), qr/^  \Q$ARM\E +\d+\.\d\d s +2 points/m, 'one that passes');
qemu("echo PASS: a; echo 'FAIL: c: it is wrong'; exit 3");
like(bench($BUILT), qr/^  \Q$ARM\E: not run: it fails with status 3: FAIL: c: it is wrong$/m, 'one that fails');
qemu("exit 0");
like(bench($BUILT), qr/^  \Q$ARM\E: not run: it fails with status 0: it said nothing$/m, 'one that does nothing');
done_testing();

sub bench ($built) {
	local $ENV{PATH} = "$FOLDER/bin:$PATH";
	local $ENV{KVM_UNIT_TESTS} = $built;
	my ($said) = output_of($^X, "$HERE/../bench/bench", qw(--parts peers --runs 1 --folder), "$FOLDER/logs",
		'alpha');
	return $said;
}

sub qemu ($program) {
	return write_program("$FOLDER/bin/qemu-system-aarch64", "#!/bin/sh\n$program\n");
}
