#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that what has a version says the same one: the file VERSION of a release, CHANGELOG.md and debian/changelog.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Release::Run qw(root content);
use Testing::Program qw(run);

my ($CHANGES, $DEBIAN) = map { content(root() . "/$_") } qw(CHANGELOG.md debian/changelog);
my $FIRST = "# Changes\n\n## [Unreleased]\n";
my $SECOND = "## [0.2.0] - 2027-01-02\n\n## [0.1.0] - 2026-12-01\n";

is(disagreement($CHANGES, $DEBIAN), undef, 'CHANGELOG.md and debian/changelog agree');
is(disagreement($FIRST, debian('0.1.0', 'UNRELEASED')), undef, 'nothing is released');
is(disagreement($SECOND, debian('0.2.0', 'unstable')), undef, 'a release');
is(disagreement("$FIRST$SECOND", debian('0.3.0', 'UNRELEASED') . debian('0.2.0', 'unstable')), undef,
	'what follows it');
ok(defined disagreement(@$_), 'a disagreement is seen') for ["$FIRST$SECOND", debian('0.2.0', 'unstable')],
	[$SECOND, debian('0.2.1', 'unstable')], [$SECOND, debian('0.2.0', 'UNRELEASED')],
	["$FIRST$SECOND", debian('0.3.0', 'UNRELEASED') . debian('0.1.0', 'unstable')], ['', debian('1', 'unstable')];
subtest 'the file VERSION' => \&version_file;
done_testing();

sub debian ($version, $suite) {
	return "busproof ($version) $suite; urgency=medium\n\n  * Text.\n\n -- A <a\@b.invalid>  Thu, 1 Jan 2026\n\n";
}

# What is wrong between them, or nothing.
sub disagreement ($changes, $debian) {
	my ($first, @released) = map { s/^Unreleased$//r } $changes =~ /^## \[([^]]+)\]/mg;
	my @packages = map { { version => $_->[0], is_open => $_->[1] eq 'UNRELEASED' } }
		map { [/^busproof \(([^)]+)\) (\S+);/] } $debian =~ /^(busproof .*)$/mg;

	return 'no version' if !defined $first || !@packages;
	return 'only one of them is open' if ($first eq '') != $packages[0]{is_open};
	my ($newest) = grep { $_ ne '' } $first, @released;
	my ($package) = map { $_->{version} } grep { !$_->{is_open} } @packages;
	return ($newest // '') eq ($package // '') ? undef : 'the newest release is another one';
}

# Every program and the image say what it says, whatever git knows.
sub version_file () {
	my $folder = tempdir(CLEANUP => 1);

	run(root(), 'cp', '-R', qw(busproof Makefile choices.mk ports.mk release.mk arch boot drivers linker tests),
		$folder);
	path("$folder/VERSION")->spew_raw("7.8.9\n");
	for my $program (qw(busproof tests/gate/boot tests/report/report)) {
		like(run($folder, "./$program", '--version')->{said}, qr/ 7\.8\.9\n\z/, $program);
	}
	is(run($folder, qw(make -s UNIT_TESTS= build/version.c))->{status}, 0, 'the source with the version is made');
	like(content("$folder/build/version.c"), qr/"7\.8\.9"/, 'and says it in the image');
	return;
}
