#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Boots the sparc64 image from its reset vectors: QEMU's loader device chooses the vector. Two start a run; the others
# must say which reset it was, fail and switch the machine off. Then the command line, which has two ways to get there,
# and the way through OpenBIOS, which goes on working beside them.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Program qw(output_alone);

my $GATE = dirname(abs_path(__FILE__));
my $KERNEL = abs_path("$GATE/../../build/sparc64/busproof.elf");
my $PROM = '0x1fff00000';

my %VECTOR = (
	0x00 => 'reserved reset vector', 0x20 => undef, 0x40 => undef, 0x60 => 'externally_initiated_reset',
	0x80 => 'software_initiated_reset', 0xa0 => 'RED_state_exception',
);

subtest sprintf('vector 0x%02x', $_) => sub ($offset) { starts_at($offset) }, $_ for sort { $a <=> $b } keys %VECTOR;
subtest 'words' => \&words;
subtest 'words of -append' => \&words_of_append;
subtest 'too many words' => \&too_many_words;
subtest 'OpenBIOS' => \&through_openbios;
done_testing();

# The serial line of a run, and boot's exit status. What boot says of a failure beside that is not for people here.
sub run ($append, @options) {
	return output_alone("$GATE/boot", qw(--raw --machine sparc64 --devices none --timeout 20 --append), $append,
		@options);
}

# The words that have arrived, but for the one that says which QEMU it is.
sub seen ($text) {
	my ($words) = $text =~ /^# command line: (.*)$/m;
	return join ' ', grep { !/^qemu=\d+\.\d+\.\d+$/ } split ' ', $words // '';
}

sub for_qemu (@words) { return map { ('--qemu-option', $_) } @words }

sub starts_at ($offset) {
	my $address = $PROM . sprintf '%02x', $offset;
	my $number = $offset / 0x20;
	my ($text, $status) = run('tests=cpu.clock', for_qemu('-device', "loader,addr=$address,cpu-num=0"));
	my $error = $VECTOR{$offset};

	is($status, defined $error ? 1 : 0, 'exit status');
	unlike($text, qr/still ran/, 'the machine has switched itself off');
	if (defined $error) {
		like($text, qr/^Bail out! .*\Q$error\E/m, 'the reset has a name');
		like($text, qr/^# vector: 0x0{15}$number  tl: 0x0{15}5  tt: 0x0{15}1  /m, 'and registers');
	} else {
		like($text, qr/^ok 1 - cpu\.clock\n/m, 'the run takes place');
	}
	return;
}

sub words () {
	my ($text, $status) = run('tests=cpu.clock,cpu.byte-order seed=7');

	is($status, 0, 'exit status');
	like($text, qr/^1\.\.3$/m, 'two points, and the one of the host: the comma has arrived');
	is(seen($text), 'tests=cpu.clock,cpu.byte-order seed=7', 'the words, as they were given');
	like($text, qr/^# memory: 128 MiB, /m, 'all of the memory');
	like($text, qr/, booted by its own PROM image, profile qemu$/m, 'without OpenBIOS, and known to be emulated');
	return;
}

sub words_of_append () {
	my ($text) = run('', for_qemu('-kernel', $KERNEL, '-append', 'tests=cpu.clock'));

	is(seen($text), 'tests=cpu.clock', 'alone');
	($text) = run('seed=7', for_qemu('-kernel', $KERNEL, '-append', 'tests=cpu.clock'));
	is(seen($text), 'seed=7 tests=cpu.clock', 'behind the others');
	return;
}

sub too_many_words () {
	my ($text, $status) = run('tests=cpu.clock' . ',x' x 600);

	is($status, 1, 'exit status');
	like($text, qr/only a part of the command line/, 'it is said');
	return;
}

sub through_openbios () {
	my ($text, $status) = run('tests=cpu.clock,cpu.byte-order', '--firmware', 'openbios');

	is($status, 0, 'exit status');
	like($text, qr/^1\.\.3$/m, 'two points, and the one of the host');
	like($text, qr/, booted by OpenBIOS .*, profile qemu$/m, 'by OpenBIOS');
	return;
}
