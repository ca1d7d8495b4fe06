# SPDX-License-Identifier: BSD-2-Clause
package Bench::Peer;

# What others have for the same work, beside our own runs: the tests of kvm-unit-tests that are about PCI and an IOMMU.
# They are built elsewhere (./configure --arch=arm64, or x86_64, and make); here their binaries are booted as their
# unittests.cfg says, without an accelerator. What is not there is a sentence that says what is lacking.

use v5.36;

use File::Path qw(make_path);

use Gate::Machine;

# A test that passes ends QEMU with status 1: the test's 0, shifted, and a 1 behind it.
use constant PASSED => 1;

my @TESTS = (
	{ name => 'arm64 pci-test', binary => 'arm/pci-test.flat', arch => 'arm64', qemu => 'qemu-system-aarch64',
	  words => '-M virt -cpu max -accel tcg -device virtio-serial-device -device virtconsole,chardev=ctd '
		. '-chardev testdev,id=ctd -device pci-testdev' },
	{ name => 'x86 intel-iommu', binary => 'x86/intel-iommu.flat', arch => 'x86_64', qemu => 'qemu-system-x86_64',
	  words => '-M q35,kernel-irqchip=split -accel tcg -device pc-testdev '
		. '-device isa-debug-exit,iobase=0xf4,iosize=0x4 -device intel-iommu,intremap=on,eim=off -device edu '
		. '-smp 4' },
);

# built: the folder where kvm-unit-tests was built, '' where nobody says one; folder: of logs; runs; timeout. Returns
# for each test { name, seconds => [...], points } or { name, not_run => sentence }.
sub run_all (%what) {
	return map { { name => "kvm-unit-tests $_->{name}", _run($_, %what) } } @TESTS;
}

sub _run ($test, %what) {
	my ($qemu) = grep { -x } map { "$_/$test->{qemu}" } split /:/, $ENV{PATH} // '';
	my $reason = _lacking($test, $qemu, %what);
	my (@seconds, $points);

	return (not_run => $reason) if defined $reason;
	make_path($what{folder});
	for (1 .. $what{runs}) {
		my @lines;
		my $end = Gate::Machine::run(folder => $what{folder}, timeout => $what{timeout},
			command => [$qemu, qw(-nodefaults -display none -serial stdio -no-reboot),
				split(' ', $test->{words}), '-kernel', "$what{built}/$test->{binary}"],
			line => sub ($line) { push @lines, $line });
		return (not_run => "QEMU $end->{stopped}") if $end->{stopped};
		return (not_run => _failed($end, @lines)) if ($end->{status} // 0) != PASSED;
		push @seconds, $end->{seconds};
		$points = grep { /^PASS: / } @lines;
	}
	return (seconds => \@seconds, points => $points);
}

sub _lacking ($test, $qemu, %what) {
	return 'KVM_UNIT_TESTS, or --peers, does not say where it was built' if $what{built} eq '';
	return "$what{built}/$test->{binary} is not there: ./configure --arch=$test->{arch} and make it"
		if !-f "$what{built}/$test->{binary}";
	return defined $qemu ? undef : "there is no $test->{qemu}";
}

sub _failed ($end, @lines) {
	my ($line) = ((grep { /^FAIL/ } @lines), $end->{stderr} =~ /(\S.*)/, $lines[-1] // 'it said nothing');

	return 'it fails with status ' . ($end->{status} // 'none') . ': ' . $line =~ s/\s+$//r;
}

1;
