#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that a port's file is judged by what the firmware says it sent: each way in which it can be something else.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/lib';
use Gate::PortFile;

my $NAME = 'busproof-file-test';
my $FOLDER = tempdir(CLEANUP => 1);
my %FIRST = (bytes => 5000, seed => '0123456789abcdef');
my %SECOND = (bytes => 100, seed => 'f' x 16);
my $PORT = Gate::PortFile->new($FOLDER, $NAME);
my ($one, $other) = map { text(%$_) } \%FIRST, \%SECOND;

judge('both, and the tokens before them', 'x' x 16 . $one . $other, [\%FIRST, \%SECOND]);
judge('nothing sent, and tokens', 'x' x 16, []);
judge('nothing sent, and no file', undef, []);
judge('no file', undef, [\%FIRST], qr/No such file/);
judge('nothing there', '', [\%FIRST], qr/is not there: not even its beginning/);
judge('the last byte missing', substr($one, 0, -1), [\%FIRST], qr/from byte 4999 of 5000 on it is ''/);
judge('another byte', $one =~ s/proof/prxof/r, [\%FIRST], qr/is not there/);
judge('a byte in the middle', substr($one, 0, 2000) . '!' . substr($one, 2001), [\%FIRST],
	qr/from byte 2000 of 5000 on it is '!/);
judge('another order', $other . $one, [\%FIRST, \%SECOND], qr/seed f{16}\) is not there/);
judge('twice', $one x 2, [\%FIRST], qr/5000 bytes more than the firmware says/);
judge('more than tokens', $one . 'x' x 65, [\%FIRST], qr/65 bytes more/);
$PORT->create;
ok !-e "$FOLDER/$NAME", 'a file of an earlier run is removed';
done_testing();

sub text (%promise) {
	return substr "busproof guest port $NAME seed $promise{seed}\n" x 200, 0, $promise{bytes};
}

sub judge ($name, $content, $promises, $like = undef) {
	$PORT->create;
	path("$FOLDER/$NAME")->spew_raw($content) if defined $content;
	my @problems = $PORT->problems(@$promises);
	defined $like ? like("@problems", $like, $name) : is("@problems", '', $name);
	return;
}
