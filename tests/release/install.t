#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that what make install puts below DESTDIR works there with QEMU and perl alone, writes nothing into its own
# folders, and goes away with make uninstall.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Find qw(find);
use File::Temp qw(tempdir);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Release::Run qw(root machines make lend_images users_path);
use Testing::Program qw(run);

my $FOLDER = tempdir(CLEANUP => 1);
my $PROJECT = "$FOLDER/project";
my $DEST = "$FOLDER/dest it's";
my $BUSPROOF = "$DEST/opt/x/bin/busproof";
my @WHERE = ("DESTDIR=$DEST", 'PREFIX=/opt/x');

mkdir $_ or die "$_: $!\n" for $PROJECT, "$FOLDER/user";
run(root(), qw(cp -R busproof Makefile choices.mk ports.mk release.mk README.md CHANGELOG.md CONTRIBUTING.md LICENSE),
	qw(arch boot docs drivers linker tests), $PROJECT)->{status} == 0 or die "$PROJECT: cp failed\n";
lend_images($PROJECT);
umask 077;
my $install = make($PROJECT, 'install', 'VERSION=4.5.6', @WHERE);
is($install->{status}, 0, 'make install') or diag($install->{said});
my $before = state_of($DEST);
like(join("\n", keys %$before), qr{^/opt/x/share/man/man1/busproof\.1$}m, 'the manual page is there');
is_deeply([grep { ($before->{$_}[0] & 05) == 0 } keys %$before], [], 'everybody may read all of it');
chmod $before->{$_}[0] & ~0222, "$DEST$_" for grep { $_ ne '' } keys %$before;
$before = state_of($DEST);
$ENV{PATH} = users_path("$FOLDER/bin");
is(said('--version')->{said}, "busproof 4.5.6\n", 'it says which version it is');
subtest 'run' => \&runs;
subtest 'gate' => \&gate;
is_deeply(state_of($DEST), $before, 'nothing was written where it is installed');
subtest 'uninstall' => \&uninstall;
done_testing();

sub said (@words) { return run("$FOLDER/user", $BUSPROOF, @words) }

# Path => [mode, size, time of the last change], or what a link says, of all that is there.
sub state_of ($folder) {
	my %state;

	find({ no_chdir => 1, wanted => sub {
		my @stat = lstat;
		$state{substr $_, length $folder} = -l _ ? [0777, readlink] : [$stat[2] & 07777, @stat[7, 9]];
	} }, $folder);
	return \%state;
}

sub runs () {
	my $run = said('run', '--append', 'tests=pci.*');

	is($run->{status}, 0, 'both machines are booted') or diag($run->{said});
	like($run->{said}, qr{^$_-mixed: PASS: [1-9].*^  all of it: busproof-report/gate/$_-mixed/serial\.log}ms, $_)
		for machines();
	return;
}

sub gate () {
	my $gate = said(qw(gate --sets none --shard), '1/' . scalar(() = machines()));
	my $report = "$FOLDER/user/busproof-report";

	is($gate->{status}, 0, 'the gate passes') or diag($gate->{said});
	ok(-s "$report/tap/gate/installed/@{[(machines())[0]]}-none", 'keeps its runs in the current folder');
	ok(-s "$report/result.json", 'and their result');
	like(said('matrix')->{said}, qr/^Seen in 1 boots/, 'which other commands find');
	is(said('report')->{status}, 0, 'the reports are made');
	ok(-s "$report/$_", "$_ is there") for qw(index.html junit.xml);
	return;
}

sub uninstall () {
	my @left;

	local $ENV{PATH} = '/usr/bin:/bin';
	is(make($PROJECT, 'uninstall', @WHERE)->{status}, 0, 'make uninstall');
	find({ no_chdir => 1, wanted => sub { push @left, $_ if !-d } }, $DEST);
	is("@left", '', 'leaves nothing');
	return;
}
