#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# The media for SRM, booted by the model of its console (tests/models/srm): disk, CD and network image give the points
# and verdicts of the plain boot, and everything back. Then consoles that cannot start it, and media that are none.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Gate::Model;
use Gate::Outcomes;

use constant { BLOCK => 512, TIMEOUT => 100 };

my $GATE = dirname(abs_path(__FILE__));
my $BUILT = abs_path("$GATE/../../build/alpha");
my @DEVICES = ('--devices', join ' ', map { "-device $_" } 'pci-ohci,addr=5',
	'virtio-rng-pci,disable-legacy=on,iommu_platform=on,addr=6', 'virtio-rng-pci,addr=8', 'lsi53c895a,addr=9');
my $TESTS = 'tests=cpu.*,memory.*,pci.*,typhoon.*,dma.*,engine.*,virtio.view.*,virtio.refuse.*,interrupt.*';

# Points whose verdict differs from the plain boot's, what it is here, and why.
my %DIFFERENT = (
	# QEMU's PALcode makes ISA interrupts level-triggered, and in machine checks loses a register and leaves half a
	# frame.
	'typhoon.isa-interrupts/typhoon0' => 'ok',
	'typhoon.machine-check-registers/typhoon0' => 'ok',
	'typhoon.machine-check-frame/typhoon0' => 'ok',
);

my @TESTS = (
	(map { my ($name, $firmware, @qemu) = @$_; [$name => sub { same_verdicts($firmware, @qemu) }] }
		(map { [$_, $_] } qw(srm srm-cd srm-net)), ['four CPUs', 'srm', qw(-smp 4)],
		['two CPUs without CIX', 'srm-cd', qw(-smp 2 -cpu ev6)]),
	['all is given back' => \&given_back],
	['a CPU that is not the first' => \&another_primary],
	['what the console has left' => \&hand_off],
	['flags that SRM cuts off' => \&cut_off],
	['no usual end' => \&own_end],
	(map { my @what = @$_; ["console: $what[0]" => sub { unfit(@what) }] }
		['no-osf', 'the console has no OSF/1 PALcode'],
		['titan', 'the core logic is a Titan, and busproof knows the 21272'],
		['unheard-of', 'the core logic is none of those that busproof knows'],
		['kept', 'the memory that busproof is made for is not there, or the console keeps it'],
		['mapped', 'the console uses memory that busproof is made for']),
	(map { my ($name, @what) = @$_; ["medium: $name" => sub { refused(@what) }] }
		['a wrong sum', 'srm', 63, 1], ['flags', 'srm', 62, 1], ['no blocks', 'srm', 60, 0],
		['a block within one of a CD', 'srm-cd', 61, 133]),
);

# Those that the command line names, or all.
my ($only) = @ARGV;
subtest @$_ for grep { !defined $only || $_->[0] eq $only } @TESTS;
done_testing();

# The serial line of a run, and boot's exit status.
sub run ($firmware, $append, @options) {
	open my $pipe, '-|', 'sh', '-c', 'exec "$@" 2>/dev/null', 'sh', "$GATE/boot", '--raw', '--machine', 'alpha',
		'--firmware', $firmware, '--timeout', TIMEOUT, '--append', $append, @options or die "$GATE/boot: $!\n";
	my $text = do { local $/; <$pipe> };
	close $pipe;
	return ($text, $? >> 8);
}

sub same_verdicts ($firmware, @qemu) {
	my ($text, $status) = run($firmware, $TESTS, @DEVICES, map { ('--qemu-option', $_) } @qemu);
	my $found = Gate::Outcomes::of($text =~ s/\r//gr);
	state $plain = Gate::Outcomes::of((run('qemu-palcode', $TESTS, @DEVICES))[0] =~ s/\r//gr);

	is($status, 0, 'exit status');
	like($text, qr/, booted by SRM console, profile qemu$/m, 'by a console, on chips of QEMU\'s');
	cmp_ok(scalar keys %$found, '>', 50, 'points');
	is_deeply($found, { %$plain, %DIFFERENT }, 'the verdicts of the plain boot');
	like($text, qr/^halt code = 5$/m, 'ends by a HALT');
	like($text, qr/^# model: good: all was given back$/m, 'and all was given back');
	return;
}

# The shortest run, with a bus master that was at work.
sub given_back () {
	my ($text, $status) = run_with('srm', request => 'medium=disk flags=tests=cpu.clock log=points');

	is($status, 0, 'exit status');
	like($text, qr/^# busproof: PASS$/m, 'the verdict');
	is_deeply([$text =~ /^# model: (.*)$/mg], ['good: all was given back'], 'the model has seen nothing wrong');
	return;
}

# The console boots by the third of four CPUs; what is compared is small enough for SRM's 128 characters.
sub another_primary () {
	my $tests = 'tests=cpu.*,typhoon.*,engine.*,interrupt.*,virtio.intx.* log=points';
	my ($text, $status) = run_with('srm', request => "medium=disk primary=2 flags=$tests", qw(-smp 4));
	my ($first) = run_with('srm', request => "medium=disk primary=0 flags=$tests", qw(-smp 4));

	is($status, 0, 'exit status');
	like($text, qr/^halted CPU 2$/m, 'it is the third');
	like($text, qr/^# model: good: all was given back$/m, 'all was given back');
	cmp_ok(scalar keys Gate::Outcomes::of($text)->%*, '>', 50, 'points');
	is_deeply(Gate::Outcomes::of($text), Gate::Outcomes::of($first), 'the verdicts of the first');
	return;
}

sub hand_off () {
	my ($text) = run_with('srm', request => 'medium=disk flags=tests=cpu.clock log=points');

	like($text, qr/^usba0 is polled/m, 'a bus master was at work');
	like($text, qr/^# hand-off 00:05\.0 106b:003f .* command 0007 /m, 'and was shown as it was');
	like($text, qr/^# hand-off hose 0 typhoon WSBA0 0000800003 .*WSBA1 0080000001 WSM1 3ff00000 /m, 'windows');
	like($text, qr/^# command line: tests=cpu\.clock log=points halt=return$/m, 'gives back what nobody asked for');
	return;
}

# SRM keeps 128 characters of a variable.
sub cut_off () {
	my ($text, $status) = run('srm', 'tests=cpu.clock' . ',x' x 60, @DEVICES);

	is($status, 1, 'exit status');
	like($text, qr/only a part of the command line/, 'it is said');
	like($text, qr/^# busproof: FAIL 1$/m, 'and is a failure');
	return;
}

# The words for the end are the user's: then nothing is put back, and the console still stays at its prompt.
sub own_end () {
	my ($text) = run('srm', 'tests=cpu.clock halt=poweroff', @DEVICES);

	like($text, qr/^# model: wrong: PCTL is /m, 'registers are not put back');
	unlike($text, qr/boots once more/, 'and it is not booted again');
	return;
}

# The same boot, with another request or another medium.
sub run_with ($firmware, $name, $contents, @qemu) {
	return Gate::Model::run([qw(--machine alpha --firmware), $firmware, @DEVICES,
		map { ('--qemu-option', $_) } @qemu], $name => $contents);
}

sub unfit ($fault, $why) {
	my ($text, $status) = run_with('srm', request => "medium=disk fault=$fault flags=tests=cpu.clock");

	is($status, 1, 'exit status');
	like($text, qr/^busproof: cannot start: \Q$why\E/m, 'says why');
	unlike($text, qr/^TAP version/m, 'nothing was run');
	unlike($text, qr/(?:written to|boots once more|had left)/, 'nothing was touched');
	return;
}

sub refused ($firmware, $quadword, $value) {
	my $name = $firmware eq 'srm' ? 'busproof-srm-disk.img' : 'busproof-srm-cd.iso';

	open my $file, '<:raw', "$BUILT/$name" or die "$name: $!\n";
	my $bytes = do { local $/; <$file> };
	substr $bytes, 8 * $quadword, 8, pack 'Q<', $value;
	substr $bytes, 8 * 63, 8, pack 'Q<', sum(unpack 'Q<63', $bytes) if $quadword != 63;
	my ($text, $status) = run_with($firmware, $name => $bytes);
	is($status, 0, 'nothing has failed but the boot');
	like($text, qr/^(?:block 0 is not a valid boot block|the first block of the image is within)/m, 'refused');
	unlike($text, qr/^jumping to bootstrap code/m, 'and not started');
	return;
}

sub sum (@quadwords) {
	use integer;
	my $sum = 0;

	$sum += $_ for @quadwords;
	return $sum;
}
