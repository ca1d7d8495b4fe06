#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# The rules of the model of the SRM console, each kept and each broken by a boot image that does what its flags say
# (tests/models/srm/client): its clock, the slots of CPUs, its routines for devices. A model that forgives is worth
# nothing to busproof's first stage, which is judged by it (srm.t).

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Gate::Model;
use Gate::Place;

use constant { BLOCK => 512 };

my $GOOD = qr/^good: all was given back$/;
my $TICK = qr/^wrong: interrupt of the interval clock at /;
my $STILL_OPEN = qr/^wrong: the channel to SCSI .* is still open$/;
my $UNTOUCHED = '5a' x 8;
my $DISK = 'SCSI 0 9 0 0 0 0 0';

my $BLOCKS = (-s image('disk')) / BLOCK;
my $LAST = first_word('disk', $BLOCKS - 1);

my ($RTC, $RTC_DATA) = qw(fffffd01fc000070 fffffd01fc000071);

# Name; medium; other words of the request and for boot; flags; what the routines answer; what the model says first; the
# CPU that boots, where that is not the first.
my @CASES = (
	['nothing', 'disk', [], '', [], $GOOD],
	['the level is lowered', 'disk', [], 'level=0', [], $TICK],
	['the level lets the clock in', 'disk', [], 'level=15', [], $TICK],
	['the level keeps the clock out', 'disk', [], 'level=16 level=1f',
		['level ' . hex16(0x1f), 'level ' . hex16(0x16)], $GOOD],
	['interrupts without an entry point', 'disk', [], 'swap ipl=0', [], qr/^wrong: the slot says .* \(BIP\)/],
	['the clock is stopped', 'disk', [], "swap pokeb=$RTC,b pokeb=$RTC_DATA,2", [],
		qr/^wrong: registers A and B of the RTC are 26 and 2, /],
	['the clock is slowed down', 'disk', [], "swap pokeb=$RTC,a pokeb=$RTC_DATA,2f", [],
		qr/^wrong: registers A and B of the RTC are 2f and 42, /],
	['not given back', 'disk', [], 'swap halt', [], qr/^wrong: the slot says .* \(BIP\)/],

	['four CPUs', 'disk', [qw(-smp 4)], '', [], $GOOD],
	['two CPUs without CIX', 'disk', [qw(-smp 2 -cpu ev6)], '', [], $GOOD],
	['the slot of another CPU', 'disk', [qw(-smp 2)], 'poke=10000480,1cd', [],
		qr/^wrong: the slot of another CPU was written to: 2480 has 1cd$/],
	['the control block of another CPU', 'disk', [qw(-smp 4)], 'poke=10000900,0', [],
		qr/^wrong: the slot of another CPU was written to: 2900 has 0$/],
	['the logout area of another CPU', 'disk', [qw(-smp 2)], 'swap poke=fffffc0000008200,0', [],
		qr/^wrong: the logout area of another CPU was written to: 8200 has 0$/],
	['another CPU boots', 'disk', [qw(-smp 4)], 'poke=10000700,0', [],
		qr/^wrong: the slot's flags are 40000, the console had left 1ed$/, 2],
	['the slot of the first CPU, which does not', 'disk', [qw(-smp 4)], 'poke=10000200,1cd', [],
		qr/^wrong: the slot of another CPU was written to: 2200 has 1cd$/, 2],
	['the logout area of the CPU that boots', 'disk', [qw(-smp 4)], 'swap poke=fffffc0000008400,0', [], $GOOD, 2],
	['other flags of the slot', 'disk', [], 'poke=10000200,1', [],
		qr/^wrong: the slot's flags are 40000, the console had left 1ed$/],
	['the control block', 'disk', [], 'swap poke=10000188,1', [],
		qr/^wrong: the slot of the CPU that boots was written to: 2188 has 1$/],
	['the revision of the OSF/1 PALcode', 'disk', [], 'poke=10000228,20002', [], $GOOD],
	['a revision of no PALcode', 'disk', [], 'poke=10000228,30003', [],
		qr/^wrong: the slot's PALcode has revision 30003, /],

	['what was booted', 'disk', [], 'env=4,80 env=6,80 env=8,80 env=42,80',
		["env 0000000000000012 $DISK", 'env 0000000000000000 ',
		'env 0000000000000024 env=4,80 env=6,80 env=8,80 env=42,80', 'env c000000000000000 '], $GOOD],
	['a value that is cut', 'disk', [], 'env=4,4', ['env 2000000000000004 SCSI'], $GOOD],
	['what was booted, of a CD', 'cd', [], 'env=4,80', ['env 0000000000000014 SCSI 0 9 0 4 400 0 0'], $GOOD],
	['what was booted, of a network', 'net', [], 'env=4,80 open',
		['env 0000000000000025 BOOTP 0 11 0 0 0 10 08-00-2B-E5-12-34', 'open c000000000000000'], $GOOD],
	['a disk is read', 'disk', [], 'open read=5,200,1,0 read=5,400,0,8 close=5',
		['open ' . hex16(5), 'read ' . hex16(0x200) . ' ' . first_word('disk', 1) . ' no more',
		'read ' . hex16(0x400) . ' ' . hex16(0) . ' no more', 'close ' . hex16(0)], $GOOD],
	['a CD is read', 'cd', [], 'open read=5,800,84,0 close=5',
		['open ' . hex16(5), 'read ' . hex16(0x800) . ' ' . first_word('cd', 0x84) . ' no more',
		'close ' . hex16(0)], $GOOD],
	['within a block', 'disk', [], 'open read=5,100,0,0 read=5,0,0,0 close=5',
		['open ' . hex16(5), ("read a000000000000000 $UNTOUCHED no more") x 2, 'close ' . hex16(0)], $GOOD],
	['within a block of a CD', 'cd', [], 'open read=5,200,0,0 read=5,800,1,0 close=5',
		['open ' . hex16(5), ("read a000000000000000 $UNTOUCHED no more") x 2, 'close ' . hex16(0)], $GOOD],
	['past the end', 'disk', [bytes => BLOCK * $BLOCKS],
		sprintf('open read=5,400,%x,0 read=5,200,%x,0 read=5,200,%x,0 close=5', $BLOCKS - 1, $BLOCKS - 1,
			$BLOCKS),
		['open ' . hex16(5), ("read 4000000000000200 $LAST no more", "read 0000000000000200 $LAST no more"),
		"read c000000000000000 $UNTOUCHED no more", 'close ' . hex16(0)], $GOOD],
	['a block that cannot be read', 'disk', [fault => 'bad-block'],
		'open read=5,1800,0,0 read=5,200,8,0 read=5,200,9,0 close=5',
		['open ' . hex16(5), 'read 8123000000001000 ' . hex16(0) . ' no more',
		"read 8123000000000000 $UNTOUCHED no more",
		'read ' . hex16(0x200) . ' ' . first_word('disk', 9) . ' no more', 'close ' . hex16(0)], $GOOD],
	['less than was asked for', 'disk', [fault => 'short-read'], 'open read=5,800,1,0 close=5',
		['open ' . hex16(5), 'read ' . hex16(0x200) . ' ' . first_word('disk', 1) . ' no more',
		'close ' . hex16(0)], $GOOD],
	['another name', 'disk', [], 'openas=dka0 open=11', [('open 8000000000000000') x 2], $GOOD],
	['twice', 'disk', [], 'open open close=5 open close=5', ['open ' . hex16(5), 'open c000000000000000',
		'close ' . hex16(0), 'open ' . hex16(5), 'close ' . hex16(0)], $GOOD],
	['no channel', 'disk', [], 'read=5,200,0,0 close=5 open read=0,200,0,0 close=0 close=5',
		["read 8000000000000000 $UNTOUCHED no more", 'close 8000000000000000', 'open ' . hex16(5),
		"read 8000000000000000 $UNTOUCHED no more", 'close 8000000000000000', 'close ' . hex16(0)], $GOOD],
	['left open', 'disk', [], 'open', ['open ' . hex16(5)], $STILL_OPEN],
	['a buffer at any byte', 'disk', [], 'open read=5,200,0,4', ['open ' . hex16(5)],
		qr/^wrong: READ: the buffer at \w+ is not at a multiple of 8$/],
	['a buffer of the console', 'disk', [], 'open call=13,5,200,10000000', ['open ' . hex16(5)],
		qr/^wrong: READ: its buffer at 10000000 is neither in the image nor on the stack$/],
	['a write', 'disk', [], 'open write=5,200,1,0', ['open ' . hex16(5)],
		qr/^wrong: WRITE: the boot medium is written to$/],
	['a variable is set', 'disk', [], 'call=20,8,0,0', [], qr/^wrong: the console's variables are written to /],
	['no such routine', 'disk', [], 'call=12,0,0,0 call=99,0,0,0', [('call 8000000000000000') x 2], $GOOD],
);

subtest 'windows and masks' => \&registers if !@ARGV || grep { $_ eq 'windows and masks' } @ARGV;
subtest $_->[0] => \&judge, @$_ for grep { my ($case) = @$_; !@ARGV || grep { $_ eq $case } @ARGV } @CASES;
done_testing();

sub hex16 ($number) { return sprintf '%016x', $number }

sub image ($medium) {
	my %file = (disk => 'client-srm-disk.img', cd => 'client-srm-cd.iso', net => 'client-srm.net');

	return Gate::Place::images('alpha') . "/$file{$medium}";
}

# The first quadword of a block of 512 bytes.
sub first_word ($medium, $block) {
	open my $file, '<:raw', image($medium) or die image($medium) . ": $!\n";
	seek $file, BLOCK * $block, 0;
	read $file, my $bytes, 8;
	return hex16(unpack 'Q<', $bytes);
}

# A window, and the mask of errors, which a QEMU may not keep: then the model says so, and whether the firmware gives it
# back tests/unit/test_typhoon.c alone looks.
sub registers () {
	my %offset = (WSBA1 => '040', PCTL => 300, PERRMASK => 400);

	for my $name (sort keys %offset) {
		my ($text) = boot('disk', [], "flags=swap poke=fffffd0180000$offset{$name},40");
		if ($text =~ /^\Q$name\E was set to (\w+) and is 0$/m) {
			like($text, qr/^# model: good/m, "$name: set to $1 and 0 all the same, so not looked at");
		} else {
			like($text, qr/^# model: wrong: \Q$name\E is \w+, the console had left \w+$/m, $name);
		}
	}
	return;
}

# Words that begin with a dash, and their values, are QEMU's; others are the request's.
sub judge ($name, $medium, $more, $flags, $answers, $verdict, $primary = 0) {
	my @qemu = map { ('--qemu-option', $_) } $more->@* && $more->[0] =~ /^-/ ? @$more : ();
	my %words = @qemu ? () : @$more;
	my $request = join ' ', "primary=$primary", (map { "$_=$words{$_}" } sort keys %words), "flags=$flags";
	my ($text, $status) = boot($medium, \@qemu, $request);
	my ($said) = $text =~ /^# model: (.*)$/m;

	is_deeply([$text =~ /^client: (.*)$/mg], $answers, 'what the routines answer');
	like($said // $text, $verdict, 'the model');
	is($status, $verdict eq $GOOD ? 0 : 1, 'exit status');
	return;
}

sub boot ($medium, $options, $request) {
	my $firmware = $medium eq 'disk' ? 'srm' : "srm-$medium";

	return Gate::Model::run([qw(--machine alpha --firmware), $firmware, '--image', image($medium), '--devices',
		'-device pci-ohci,addr=5', @$options], request => "medium=$medium $request");
}
