#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that fuzz-machines finds what it is there for: programs that only pretend to be QEMU go wrong for some
# machines, and must be found, with the machine made as small as the fault allows. Beside them stand those
# that must pass. A name on the command line: only this.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Config;
use Gate::Fuzz::Machine;
use Testing::Program qw(write_program);

my $GATE = dirname(abs_path(__FILE__));
my $FOLDER = tempdir(CLEANUP => 1);
my $KEPT = "$FOLDER/kept/qemu-machine.cfg";

# What every fake answers to questions, and a machine for it with more than the fault needs. $boot: what it does
# otherwise; $machine holds the text of the configuration then.
my $HELP = <<'END';
for (0 .. $#ARGV) {
	my ($device) = $ARGV[$_] =~ /^(\S+),help$/ or next;
	print "$device options:\n  addr=<str>\n  packed=<bool> - on/off (default: off)\n",
		"  queue-size=<uint16> - (default: 256)\n"
		if $device =~ /^virtio-(?:rng|net|blk)-pci$/;
	exit 0;
}
print("QEMU emulator version 7.2.0\n"), exit 0 if "@ARGV" =~ /--version/;
my ($file) = "@ARGV" =~ /-readconfig (\S+)/;
my $machine = do { local (@ARGV, $/) = $file; <> };
END
my $PASS = 'print "TAP version 14\n1..1\nok 1 - one\n# busproof: PASS\n";';
my $FAIL = 'print "TAP version 14\n1..1\nnot ok 1 - suite.test/rng\n  ---\n  reason: \"wrong\"\n  ...\n'
	. '# busproof: FAIL 1\n"; exit 1;';

my @FAULTS = (
	{ name => 'sound', boot => $PASS, status => 0, like => qr/^ok 1 - .*virtio-rng-pci/m },
	{ name => 'a failing point', boot => "if (\$machine =~ /packed = \"on\"/) { $FAIL } $PASS", status => 1,
	  like => qr{failed: suite\.test/rng: wrong}, devices => [qw(virtio-rng-pci pvpanic-pci)], kept => qr/packed/ },
	{ name => 'a device that always fails', boot => "if (\$machine =~ /virtio-rng/) { $FAIL } $PASS",
	  status => 1, like => qr/failed: /, devices => [qw(virtio-rng-pci pvpanic-pci)],
	  not_kept => qr/packed|-smp|64M/ },
	{ name => 'a death', boot => 'kill ABRT => $$ if $machine =~ /virtio-blk/;' . $PASS, status => 1,
	  like => qr/death: QEMU died of signal 6/, devices => ['virtio-blk-pci'], not_kept => qr/virtio-rng/ },
	{ name => 'a run without an end', boot => 'sleep 20 if $machine =~ /virtio-blk/;' . $PASS, status => 1,
	  like => qr/unbounded: QEMU still ran after 1 s/, options => [qw(--timeout 1 --shrink 1)] },
	{ name => 'a machine that QEMU refuses', boot => 'print STDERR "no such option\n"; exit 1;', status => 1,
	  like => qr/refused: no such option/ },
	{ name => 'a machine that QEMU refuses after a device has said something', status => 1,
	  like => qr/refused: qemu-system-alpha: no such/,
	  boot => 'print "[device] hello\n"; print STDERR "qemu-system-alpha: no such option\n"; exit 1;' },
	{ name => 'a complaint of QEMU', boot => 'print STDERR "qemu: Assertion failed\n";' . $PASS, status => 1,
	  like => qr/stderr: qemu: Assertion failed/ },
	{ name => 'another verdict the second time', status => 1, like => qr/verdict: ok one, then not ok one/,
	  boot => "if (-e '$FOLDER/before') { " . $PASS =~ s/ok 1/not ok 1/r =~ s/PASS/FAIL 1/r
	  . " exit 1 } open my \$f, '>', '$FOLDER/before'; $PASS", options => [qw(--shrink 0)] },
	{ name => 'other words the second time', status => 1, like => qr/text: # found 0, then # found 1/,
	  boot => "my \$n = -e '$FOLDER/words' ? 1 : 0; open my \$f, '>', '$FOLDER/words'; "
	  . $PASS =~ s/1\n# /1\\n# found \$n\\n# /r
		=~ s/one\\n/one\\n# found \$n\\n/r, options => [qw(--shrink 0)] },
	{ name => 'other words the second time, which nobody asks for', status => 0, like => qr/^ok 1/m,
	  boot => "my \$n = -e '$FOLDER/others' ? 1 : 0; open my \$f, '>', '$FOLDER/others'; "
	  . $PASS =~ s/one\\n/one\\n# found \$n\\n/r, options => [qw(--shrink 0 --files-once)] },
	{ name => 'a point that fails only the first time, tried again', status => 0,
	  like => qr/^# unsteady: .*: failed once, and not when tried again: failed: suite\.test/m,
	  options => [qw(--shrink 0 --again)],
	  boot => "if (!-e '$FOLDER/once') { open my \$f, '>', '$FOLDER/once'; $FAIL } $PASS" },
	{ name => 'a point that always fails, tried again', status => 1, like => qr/failed: suite\.test/,
	  boot => $FAIL, options => [qw(--shrink 0 --again)] },
	{ name => 'other times the second time', status => 0, like => qr/^ok 1/m,
	  boot => $PASS =~ s/one\\n/one\\n# time: x \$\$ us\\n/r },
	{ name => 'another look of the device the second time', status => 0, like => qr/^ok 1/m,
	  boot => "my \$n = -e '$FOLDER/looks' ? ' # SKIP the device uses buffers without a doorbell' : ''; "
	  . "open my \$f, '>', '$FOLDER/looks'; " . $PASS =~ s/one\\n/one\$n\\n/r },
	{ name => 'an end after QEMU has refused itself an access', status => 1,
	  like => qr/death: QEMU ended after it blocked/,
	  boot => 'print STDERR "qemu: warning: Blocked re-entrant IO on MemoryRegion: cchip0 at addr: 0x80\n";'
	  . $PASS =~ s/1\.\.1/1..2/r =~ s/# busproof: PASS\\n//r, options => [qw(--shrink 0)] },
	{ name => "a user's disk that is written to", status => 1, like => qr/host: it was written to, at byte 5/,
	  boot => "open my \$d, '+<', 'user.img'; seek \$d, 5, 0; print \$d 'X'; close \$d; $PASS",
	  options => [qw(--shrink 0)] },
);

my @BAD_OPTIONS = ([qw(--frobnicate)], [qw(--seed x)], [qw(--machine vax)], [qw(--jobs 0)], [qw(--qemu no-such-one)],
	['no-such-file.cfg'], [qw(--count 0)]);

write_machine();
judge($_) for grep { !@ARGV || $_->{name} eq $ARGV[0] } @FAULTS;
if (!@ARGV) {
	same_seed_same_machines();
	drawn_machines_are_read_again();
	bad_options();
}
done_testing();

sub write_machine () {
	path("$FOLDER/machine.cfg")->spew_raw(<<'END');
# gate-options: -smp 2
# gate-file: user.img text 1024

[machine]
  type = "clipper"

[memory]
  size = "64M"

[device "pvpanic"]
  driver = "pvpanic-pci"

[device "rng"]
  driver = "virtio-rng-pci"
  packed = "on"
  queue-size = "4"

[drive "disk"]
  if = "none"
  format = "raw"
  file = "user.img"

[device "blk"]
  driver = "virtio-blk-pci"
  drive = "disk"
END
	return;
}

sub fuzz (@words) {
	my $text = qx{"$GATE/fuzz-machines" @words 2>&1};
	return ($text, $? >> 8);
}

sub fake ($boot) {
	return write_program("$FOLDER/bin/qemu-system-alpha", "#!$^X\n\$| = 1;\n$HELP$boot\n");
}

sub judge ($fault) {
	unlink glob "$FOLDER/kept/*.cfg";
	my ($text, $status) = fuzz('--qemu', fake($fault->{boot}), '--keep', "$FOLDER/kept",
		($fault->{options} // [])->@*, "$FOLDER/machine.cfg");
	my ($kept) = glob "$FOLDER/kept/*.cfg";

	subtest $fault->{name} => sub {
		is($status, $fault->{status}, 'exit status') or diag($text);
		like($text, $fault->{like}, 'says what it must');
		is(defined $kept, $status == 1, 'a machine is kept when one fails');
		smallest($fault, $kept) if $status == 1 && defined $kept;
	};
	return;
}

sub smallest ($fault, $path) {
	my $content = path($path)->slurp_raw;
	my $machine = eval { Gate::Fuzz::Machine->read($path) };

	ok($machine, 'what is kept can be booted by hand') or return diag($@);
	my %wanted = map { $_ => 1 } ($fault->{devices} // [])->@*;
	my @drivers = map { Gate::Fuzz::Machine::driver($_) } $machine->devices;
	ok(!grep({ !$wanted{$_} } @drivers), "only devices that the fault needs (@drivers)") if %wanted;
	like($content, $fault->{kept}, 'with what it needs') if $fault->{kept};
	unlike($content =~ s/^#(?! gate-).*//gmr, $fault->{not_kept}, 'without what it does not') if $fault->{not_kept};
	return;
}

sub same_seed_same_machines () {
	my @words = ('--print', '--machine', 'alpha', '--qemu', fake($PASS), '--count', 30);
	my ($one) = fuzz(@words, '--seed', 5);
	my ($other) = fuzz(@words, '--seed', 6);

	is((fuzz(@words, '--seed', 5))[0], $one, 'the same seed draws the same machines');
	isnt($other, $one, 'another seed draws others');
	my ($alone) = fuzz(@words, '--seed', 5, '--first', 17, '--count', 1);
	ok(index($one, $alone) > 0, 'a machine can be drawn alone');
	return;
}

sub drawn_machines_are_read_again () {
	my ($text) = fuzz('--print', '--machine', 'alpha', '--qemu', fake($PASS), '--count', 40);
	my @machines = map { "# $_" } grep { /\S/ } split /^# (?=alpha-1-)/m, $text;
	my @wrong = grep {
		path("$FOLDER/drawn.cfg")->spew_raw($_);
		!eval { Gate::Config->read("$FOLDER/drawn.cfg") };
	} @machines;

	is(scalar @machines, 40, 'all are printed');
	is("@wrong", '', 'and boot takes each of them');
	return;
}

sub bad_options () {
	for my $words (@BAD_OPTIONS) {
		my ($text, $status) = fuzz(@$words);
		is($status, 2, "@$words: exit status");
		like($text, qr/\Q@{[$words->[-1] =~ s{^--}{}r]}\E/, 'the word is named');
	}
	return;
}
