#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Boots OpenBoot's media on the OBP model (tests/models/obp), which shows what OpenBIOS does not, and looks at the end
# whether a rule was broken: from a disk, a CD and the network, with the points and verdicts of busproof's own PROM on
# the same machine, and back at its prompt. Then what a medium and the words behind "boot" must not be.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Outcomes;
use Gate::Port;
use Gate::Qemu;
use Testing::Program qw(output_alone);

use constant { SECTOR => 512, TIMEOUT => 100, BOOTARGS => 127 };

my $ROOT = dirname(dirname(dirname(abs_path(__FILE__))));
my $IMAGES = "$ROOT/build/sparc64";
my $QEMU = Gate::Qemu::installed_program(Gate::Port::named('sparc64'));
my $FOLDER = tempdir(CLEANUP => 1);
my %MEDIUM = (disk => 'busproof-obp.img', cd => 'busproof-obp.iso', net => 'busproof-obp.aout');
my $TESTS = 'tests=cpu.*,pci.*,dma.*,sabre.*,engine.*,virtio.view.*,memory.*';
# The EBus is the firmware's there, as its console is behind it, and has no BARs to be judged; IDE gets its I/O
# addresses behind those that it keeps.
my $OTHERS = qr{/108e:1000\@};
my @MACHINE = (qw(-M sun4u -m 128M -nodefaults -display none -serial stdio -monitor none -no-reboot),
	qw(-action panic=exit-failure), map({ ('-device', "$_->[0],bus=pciB,addr=$_->[1]") } ['pvpanic-pci', 0],
		['pci-ohci', 1]),
	'-device', 'virtio-rng-pci,bus=pciB,addr=2,disable-legacy=on,iommu_platform=on',
	'-device', 'virtio-rng-pci,bus=pciB,addr=3,disable-legacy=on,iommu_platform=off');

my %TESTS = (
	(map { my $kind = $_; $kind => sub () { gives_the_same($kind) } } sort keys %MEDIUM),
	'memory that is spared' => \&memory,
	'switched off' => \&switched_off,
	words => \&arguments,
	'other bridges' => \&others,
	'a Psycho' => \&psycho,
	media => \&media,
);
my $plain;

# A name leaves out the others.
subtest $_ => $TESTS{$_} for grep { !@ARGV || $_ eq $ARGV[0] } sort keys %TESTS;
done_testing();

sub words ($append) { return ('-fw_cfg', 'name=opt/busproof/append,string=' . $append =~ s/,/,,/gr) }

sub boot (@options) {
	my ($text, $status) = output_alone('timeout', TIMEOUT, $QEMU, @MACHINE, @options);

	return { text => $text =~ s/\r//gr, status => $status };
}

sub outcomes ($run) { return Gate::Outcomes::of($run->{text}, $OTHERS) }

sub model ($kind, $append, $path = "$IMAGES/$MEDIUM{$kind}", @options) {
	return boot(@options, '-bios', "$ROOT/build/models/obp.bin", '-fw_cfg', "name=opt/busproof/kind,string=$kind",
		'-fw_cfg', "name=opt/busproof/medium,file=$path", words($append));
}

sub is_whole ($run, $end) {
	unlike($run->{text}, qr/broken rule/, 'no rule was broken');
	like($run->{text}, qr/^# busproof: PASS\n+$end/m, 'the verdict, and then the end');
	is($run->{status}, 0, 'exit status');
	return;
}

sub gives_the_same ($kind) {
	my $run = model($kind, "$TESTS halt=return");

	$plain //= boot('-bios', "$IMAGES/busproof-prom.bin", words($TESTS));
	cmp_ok(scalar keys outcomes($plain)->%*, '>', 150, 'there are points to compare with');
	is_whole($run, qr/Program terminated\nok $/m);
	like($run->{text}, qr/^OBP model: a device goes on writing$/m, 'a device has written when it began');
	like($run->{text}, qr/^# hand-off hose 0 sabre IOMMU_CTL 0+1 /m, 'and the IOMMU was on');
	is_deeply(outcomes($run), outcomes($plain), 'points and verdicts of the PROM');
	return;
}

# 12 and 80 MiB are available, of which the image takes 4.
sub memory () {
	my $run = model(disk => 'tests=cpu.clock');

	like($run->{text}, qr/^# memory: 128 MiB, 88 MiB of it free;/m, 'is left out');
	like($run->{text}, qr/reserved: the console of the firmware$/m, 'and so is the function of its console');
	return;
}

sub switched_off () {
	my $run = model(net => 'tests=cpu.clock');

	is_whole($run, qr/OBP model: switched off$/m);
	$run = model(net => 'tests=none-such');
	like($run->{text}, qr/^# busproof: FAIL/m, 'a run that fails');
	is($run->{status}, 1, 'has its exit status');
	return;
}

sub arguments () {
	my $begin = 'tests=cpu.clock seed=7 skip=';
	my $run = model(disk => $begin . 'x' x (BOOTARGS - 1 - length $begin));

	is_whole($run, qr/OBP model: switched off$/m);
	$run = model(disk => $begin . 'x' x (BOOTARGS + 20));
	like($run->{text}, qr/only a part of the command line/, 'more than OBP keeps is not taken for all there was');
	like($run->{text}, qr/^# busproof: FAIL/m, 'and fails');
	return;
}

# Where their registers are nothing answers, so that a run that touched one would end in a trap.
sub others () {
	my $run = model(disk => "tests=cpu.clock,sabre.* halt=return", "$IMAGES/$MEDIUM{disk}",
		'-fw_cfg', 'name=opt/busproof/bridges,string=others');
	my @named = $run->{text} =~ /^# host bridge '(.*)' is not known: nothing behind it is seen$/mg;

	is_whole($run, qr/Program terminated\nok $/m);
	is_deeply(\@named, ['Schizo (pci108e,8001) at 0x1c804600000', 'Tomatillo (pci108e,a801) at 0x1c80ef00000',
		'Psycho (pci108e,8000) at 0x1c80f000000', 'another chip (pci) at 0x0'], 'each has its line');
	like($run->{text}, qr/^ok \d+ - sabre\./m, 'the Sabre beside them is judged');
	unlike(model(disk => 'tests=cpu.clock')->{text}, qr/is not known/, 'a machine without them has no such line');
	return;
}

# Each of both Simbas' buses as one of Psycho's, by the tree alone: their devices, a USB controller and a disk, do DMA
# through one IOMMU, in a window that no memory has the numbers of. QEMU's IOMMU knows no window and has no streaming
# buffer, and which of its points fail for that is known on a Sabre only: those are left out.
sub psycho () {
	my $run = model(disk => 'tests=dma.*,engine.*,memory.* halt=return log=points monitor=off '
			. 'skip=dma.peer-to-peer/*,dma.streamed/*', "$IMAGES/$MEDIUM{disk}",
		'-fw_cfg', 'name=opt/busproof/bridges,string=psycho',
		'-drive', "if=ide,format=raw,snapshot=on,file=$IMAGES/$MEDIUM{disk}");

	is_whole($run, qr/Program terminated\nok $/m);
	unlike($run->{text}, qr/is not known/, 'both are driven');
	like($run->{text}, qr/^# hand-off hose $_ psycho IOMMU_CTL 0+1 .* PCI_DIAG_A 40 .* PCI_CTL_A 0*200109 /m,
		"hose $_ is, and what the firmware left is shown") for 0, 1;
	unlike($run->{text}, qr/108e:(?:5000|a000)/, 'what it is not is not looked at');
	like($run->{text}, qr/^ok \d+ - engine\.view-write\/\Q$_\E$/m, "$_ writes where its bus address leads")
		for 'ohci@02:01.0', 'cmd646@1:01:03.0';
	like($run->{text}, qr/^ok \d+ - engine\.$_\/cmd646\@1:01:03\.0$/m, "and not where it is refused: $_")
		for qw(unmapped-write read-only-write out-of-window revoked bus-master-cleared);
	like($run->{text}, qr/^ok \d+ - dma\.table-size\/psycho1\/${_}MiB$/m, "with a table for $_ MiB") for 8, 1024;
	return;
}

sub media () {
	my ($disk, $aout) = map { path("$IMAGES/$MEDIUM{$_}")->slurp_raw } qw(disk net);
	my %broken = (
		'a label without its number' => [508, 'x', qr/^Bad magic number in disk label$/m],
		'a label with a wrong sum' => [300, 'x', qr/^Bad checksum in disk label$/m],
		'no a.out' => [SECTOR + 3, 'x', qr/^The file just loaded does not appear to be executable\.$/m],
		'a broken image' => [9000, 'x', qr/^busproof: .*what was read is not the image: its sum is wrong$/m],
		'all of the image in front' => [SECTOR, $aout, qr/broken rule: an a\.out is larger than /m],
	);

	for my $name (sort keys %broken) {
		my ($at, $bytes, $says) = $broken{$name}->@*;
		my $medium = $disk;
		substr $medium, $at, length $bytes, $bytes;
		path("$FOLDER/medium")->spew_raw($medium);
		my $run = model(disk => 'tests=cpu.clock', "$FOLDER/medium");
		like($run->{text}, $says, "$name: is said");
		unlike($run->{text}, qr/^ok 1/m, "$name: nothing was run");
	}
	return;
}
