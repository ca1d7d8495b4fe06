#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Boots our own PALcode: a kernel that does what busproof never does (arch/alpha/pal/try/kernel.S); then busproof, as a
# kernel and as what the image itself carries, which must come to the verdicts that it has by QEMU's PALcode, but for
# the points that judge PALcode itself. What our PALcode cannot go on from must be said in one line, and end the
# machine.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Model;
use Gate::Outcomes;
use Gate::Place;
use Gate::Port;
use Testing::Program qw(output_alone output_of);

use constant PATIENCE => 60;

my $GATE = dirname(abs_path(__FILE__));
my $PORT = Gate::Port::named('alpha');
my $QEMU = $ENV{$PORT->variable} || $PORT->qemu;
my $PALCODE = Gate::Place::images('alpha') . '/busproof-pal.elf';
my $KERNEL = tempdir(CLEANUP => 1) . '/kernel.elf';
my @BUILD = (qw(alpha-linux-gnu-gcc -mcpu=ev6 -nostdlib -static -no-pie -Xlinker --build-id=none -Xlinker),
	'--no-warn-rwx-segments', '-I', "$GATE/../..", "-Wl,-T,$GATE/../../linker/alpha.ld",
	'-o', $KERNEL, "$GATE/../../arch/alpha/pal/try/kernel.S");

# The letter, and what must be the last line.
my $OK = qr/^kernel: ok$/;
my @CASES = (
	['a', 'a trap without an entry point', qr/^PALcode: a trap before wrent .*: the machine is switched off$/],
	['b', 'a second machine check',
		qr/^PALcode: a machine check while another one .*: the machine is switched off$/],
	['c', 'a trap on a stack that is not there',
		qr/^PALcode: a trap in PALcode itself, .*: the machine is switched off$/],
	['d', 'user mode', $OK],
	['e', 'interrupts to parked CPUs', $OK, qw(-smp 4)],
	['f', 'SWPPAL and MCES', $OK],
);
# Points that judge PALcode.
my %DIFFERS = map { ("typhoon.$_/typhoon0" => 1) } qw(isa-interrupts machine-check-frame machine-check-registers);

# What is compared, and where QEMU would have put the words if it had loaded a kernel.
my @SAME = ('--machine', 'alpha', '--devices', 'none', '--append', 'tests=cpu.*,pci.*,typhoon.*');
my $WORDS_AT = '0x10a000';

my %MORE = (
	'the firmware in the image' => \&carried,
	'words for it' => \&carried_words,
	'memory that ends before it' => sub () { ends(qr/^PALcode: memory ends before the firmware /, qw(-m 8M)) },
	'a CPU that is too old' => sub () {
		ends(qr/^PALcode: this CPU is older than a 21264 /, qw(-cpu ev56 -kernel),
			$PALCODE =~ s/-pal\.elf/.elf/r);
	},
	'the same verdicts' => \&same_verdicts,
	'interrupts on an EV6' => \&interrupts_on_ev6,
);

SKIP: {
	my @cases = grep { is_wanted($_->{name}) } map { my $cpu = $_; map { { name => "$_->[1], $cpu", case => $_,
		cpu => $cpu } } @CASES } qw(ev67 ev6) or last SKIP;
	skip "$BUILD[0] is not there, which builds the kernel", 1 if system("command -v $BUILD[0] >/dev/null") != 0;
	is(system(@BUILD), 0, 'the kernel is built') or last SKIP;
	for my $each (@cases) {
		my ($letter, undef, $last, @options) = $each->{case}->@*;
		subtest $each->{name} => sub () {
			ends($last, '-cpu', $each->{cpu}, @options, '-kernel', $KERNEL, '-append', $letter);
		};
	}
}
subtest $_ => $MORE{$_} for grep { is_wanted($_) } sort keys %MORE;
done_testing();

# Of the words behind the program's name, each is the name of a test; none is all of them.
sub is_wanted ($name) { return !@ARGV || grep { $_ eq $name } @ARGV }

# The machine is switched off, and this is the last that is said, once.
sub ends ($last, @options) {
	my @command = ('timeout', PATIENCE, $QEMU, qw(-M clipper -nodefaults -display none -serial stdio -monitor none),
		qw(-no-reboot -bios), $PALCODE, @options);

	my ($said, $status) = output_of(@command);
	my @lines = split /\r?\n/, $said;

	is($status, 0, 'the machine is switched off');
	like($lines[-1] // '', $last, 'the last line');
	is(scalar grep({ length } @lines), 1, 'and nothing else is said');
	return;
}

# What a boot of the image says, which passes.
sub text_of (@options) {
	my ($said, $status) = output_alone("$GATE/boot", '--timeout', 100, @options);

	is($status, 0, "@options: the run passes");
	return $said;
}

sub same_verdicts () {
	my $qemu = text_of(@SAME, '--firmware', 'qemu-palcode');
	my $own = Gate::Outcomes::of(text_of(@SAME, '--firmware', 'pal'));

	cmp_ok(scalar keys %$own, '>', 50, 'points are judged');
	like($qemu, qr/^not ok \d+ - \Q$_\E\b.*# TODO qemu-palcode-/m, "$_: QEMU's PALcode deviates")
		for sort keys %DIFFERS;
	is_deeply($own, { Gate::Outcomes::of($qemu)->%*, map { $_ => 'ok' } keys %DIFFERS }, 'and ours does not there');
	return;
}

# The command of the boot with a kernel, without that, and with what else is given. Nothing but the firmware prints.
sub without_kernel (@options) {
	my $command = Gate::Model::command(@SAME, '--firmware', 'pal') =~ s/ -kernel \S+ -append (?:'[^']*'|\S+)//r;

	unlike($command, qr/-kernel|-append/, 'no kernel');
	return qx{{ $command @options; } 2>/dev/null} =~ s/\r//gr;
}

sub carried () {
	my $text = without_kernel();

	is($? >> 8, 0, 'exit status');
	like($text, qr/^# busproof \S+ on clipper, EV67, booted by its own PALcode image, /m, 'is booted');
	like($text, qr/^# busproof: PASS$/m, 'and passes');
	return;
}

# Where somebody puts them, such as QEMU's loader.
sub carried_words () {
	my $file = path(tempdir(CLEANUP => 1), 'words');

	$file->spew_raw("$SAME[-1] log=points");
	my $text = without_kernel('-device', "loader,file=$file,addr=$WORDS_AT,force-raw=on");
	my $kernel = Gate::Outcomes::of(text_of(@SAME, '--firmware', 'pal'));
	delete $kernel->{$_} for grep { /^host:/ } keys %$kernel;
	my $alone = Gate::Outcomes::of($text);
	delete $alone->{$_} for grep { /^host:/ } keys %$alone;
	like($text, qr/^# command line: \Q$SAME[-1]\E log=points$/m, 'are read');
	is_deeply($alone, $kernel, 'the points and verdicts of the kernel');
	return;
}

# QEMU's PALcode stops there, so that with it they are SKIPs.
sub interrupts_on_ev6 () {
	my $own = Gate::Outcomes::of(text_of(qw(--machine alpha --devices on --firmware pal --append),
		'tests=virtio.intx.*', map { ('--qemu-option', $_) } qw(-cpu ev6)));
	my @judged = grep { $own->{$_} eq 'ok' } keys %$own;

	cmp_ok(scalar @judged, '>', 0, 'interrupts are judged') or diag(explain($own));
	return;
}
