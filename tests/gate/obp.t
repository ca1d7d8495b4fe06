#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Boots OpenBoot's media through OpenBIOS: a disk on IDE and on virtio, a CD, and the a.out for the network, which
# OpenBIOS takes from a disk. Each must give the points and verdicts of the kernel that OpenBIOS starts, but for those
# about the device that it was booted from; a medium that cannot be booted must end the run at once, and say why.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;
use Time::HiRes qw(time);

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Outcomes;
use Testing::Program qw(output_alone);

use constant { SECTOR => 512, OBP_LOADS => 7680, TRIES => 5, TIMEOUT => 100, SHORT => 45 };

my $GATE = dirname(abs_path(__FILE__));
my $IMAGES = abs_path("$GATE/../../build/sparc64");
my $FOLDER = tempdir(CLEANUP => 1);
my $TESTS = 'tests=cpu.*,pci.*,dma.*,sabre.*,iommu.*,virtio.view.*,virtio.intx.*,memory.*';

# What the medium itself brings: an IDE disk makes the controller an engine, and a virtio disk is one more function,
# which also stands in names of pairs, and is the one that speaks for its bus; a drive without a medium for us is said
# to be none.
my %BRINGS = (
	'obp-disk' => qr{/cmd646\@},
	'obp-cd' => qr{/cmd646\@},
	'obp-virtio' => qr{\@01:00\.1|/\S+\+\S+|^dma\.peer-untranslated/},
);

my %TESTS = (
	(map { my $way = $_; $way => sub () { gives_the_same($way, boot_medium($way)) } } sort keys %BRINGS),
	'the a.out for the network' => \&network,
	'what OBP reads of a disk' => \&first_sectors,
	'back at the prompt' => \&back,
	'not bootable' => \&not_bootable,
);
my $plain;

# A name leaves out the others.
subtest $_ => $TESTS{$_} for grep { !@ARGV || $_ eq $ARGV[0] } sort keys %TESTS;
done_testing();

sub boot (@options) {
	my @command = ("$GATE/boot", qw(--machine sparc64 --devices mixed --timeout), TIMEOUT,
		'--folder', "$FOLDER/run", @options);
	my $begin = time;
	my ($text, $status) = output_alone(@command);

	return { text => $text, status => $status, seconds => time - $begin };
}

# On a busy computer OpenBIOS sometimes does not wait long enough for a drive of IDE, and says that nothing was loaded,
# as it does of a medium that cannot be booted. Whether the media can be is also seen by way of virtio, and on the OBP
# model.
sub lost ($run) { return $run->{text} =~ /No valid state has been set/ }

sub boot_medium ($way, @options) {
	my $run;

	for (1 .. TRIES) {
		$run = boot('--firmware', $way, '--append', $TESTS, @options);
		last if !lost($run);
	}
	return $run;
}

sub gives_the_same ($way, $run) {
	my $brings = $BRINGS{$way};

	plan skip_all => 'OpenBIOS did not wait for the drive, ' . TRIES . ' times'
		if $way ne 'obp-virtio' && lost($run);
	$plain //= boot('--firmware', 'openbios', '--append', $TESTS);
	cmp_ok(scalar keys Gate::Outcomes::of($plain->{text})->%*, '>', 200, 'there are points to compare with');
	is($run->{status}, 0, 'exit status');
	is_deeply(Gate::Outcomes::of($run->{text}, $brings), Gate::Outcomes::of($plain->{text}, $brings),
		'points and verdicts of the kernel') or diag(substr $run->{text}, -600);
	my ($free) = $run->{text} =~ /^# memory: 128 MiB, (\d+) MiB of it free/m;
	is($free, 116, 'the image is elsewhere in memory, and neither that nor its number is used');
	return;
}

# A disk of OpenBIOS, which loads as much as an a.out says, has the whole of it behind the label.
sub network () {
	my $disk = content('busproof-obp.img');
	my $aout = content('busproof-obp.aout');

	substr $disk, SECTOR, length $aout, $aout;
	gives_the_same('obp-disk', boot_medium('obp-disk', '--image', file('net.img', $disk)));
	return;
}

sub first_sectors () {
	my $disk = content('busproof-obp.img');
	my @header = unpack 'N8', substr $disk, SECTOR, 32;

	is($header[0], 0x01030107, 'an a.out');
	cmp_ok(32 + $header[1] + $header[2], '<=', OBP_LOADS, 'with what OBP loads of a disk');
	is($header[5], 0x4000, 'to be entered at the load base');
	is(unpack('%32n*', substr $disk, 508, 2), 0xdabe, 'a label');
	for my $name ('busproof-obp.img', 'busproof-obp.iso') {
		my $sum = 0;
		$sum ^= $_ for unpack 'n256', content($name);
		is($sum, 0, "$name: its label's sum is right");
	}
	return;
}

sub back () {
	my $run = boot(qw(--firmware obp-virtio --append), 'tests=cpu.clock halt=return');

	like($run->{text}, qr/^ok 1 - cpu\.clock$/m, 'a run');
	like($run->{text}, qr/is at the prompt of its console firmware/, 'and the prompt behind it');
	cmp_ok($run->{seconds}, '<', TIMEOUT, 'which ends it at once');
	return;
}

sub not_bootable () {
	my $disk = content('busproof-obp.img');
	my %broken = (image => 9000, 'first stage' => SECTOR + 3);
	my %says = (image => qr/what was read is not the image: its sum is wrong/,
		'first stage' => qr/No valid state has been set/);

	for my $part (sort keys %broken) {
		my $bytes = $disk;
		substr $bytes, $broken{$part}, 1, '@';
		my $run = boot(qw(--firmware obp-virtio --append tests=cpu.clock --timeout), SHORT,
			'--image', file('broken.img', $bytes));
		is($run->{status}, 1, "$part: exit status");
		like($run->{text}, $says{$part}, "$part: the reason");
		like($run->{text}, qr/is at the prompt of its console firmware/, "$part: and what that is");
		cmp_ok($run->{seconds}, '<', SHORT, "$part: at once");
	}
	return;
}

sub content ($name) { return path("$IMAGES/$name")->slurp_raw }

sub file ($name, $bytes) {
	path("$FOLDER/$name")->spew_raw($bytes);
	return "$FOLDER/$name";
}
