# SPDX-License-Identifier: BSD-2-Clause
package Gate::Tables;

# The tables of an image: its tests, what they prove and the clauses they judge, and its deviations. The image prints
# them as JSON (list=json), which tests/conformance/framework/tables.c describes by making it; nobody reads C.
#
# They lie beside the image as tables.json. A release carries that file; in the project it is made by one boot, and
# again when the image is newer.

use v5.36;

use Cwd qw(abs_path);
use Fcntl qw(:flock);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);

use lib dirname(abs_path(__FILE__)) . '/../../../report/lib';
use Gate::Bytes qw(bytes_of write_bytes);
use Gate::Place;
use Gate::Port;
use Gate::Qemu;
use Report::Json;

use constant { FORMAT => 'busproof-tables', VERSION => 1, NAME => 'tables.json' };

my $BOOT = Gate::Place::root() . '/tests/gate/boot';

# { version, tests => [{ name, proves, scope, clauses => [], judged_by, file, line, only_by_name }], deviations =>
# [{ name, points => [], machine, profile, firmware, shows, skip, because => [], since, until, needs, reason,
# reference }] }, of a file, or of an image that is there. Dies with a sentence when there are none.
sub tables ($path = path()) {
	state %read;
	return $read{$path} //= _checked($path, text($path));
}

sub tests (@path) { return tables(@path)->{tests}->@* }
sub deviations (@path) { return tables(@path)->{deviations}->@* }

# The file beside an image, made if need be.
sub path () {
	my @there = grep { -e $_->{image} || !Gate::Place::is_project() } map { _of($_) } Gate::Port::all();

	$_->{current} = _is_current($_) for @there;
	my ($found) = ((grep { $_->{current} } @there), grep { _has_qemu($_->{port}) } @there);
	return $found->{file} if $found && ($found->{current} || _make($found));
	die _why_none(scalar @there);
}

sub _why_none ($images) {
	return NAME . " is not among the images: this release is not whole\n" if !Gate::Place::is_project();
	return 'the tables of tests are in the image, '
		. ($images ? 'and no QEMU is there to start it: make setup' : 'which is not built: make images') . "\n";
}

# What boot starts when it is not told what with.
sub _of ($port) {
	my $folder = Gate::Place::images($port->name);
	my ($firmware) = $port->firmwares;
	my $start = $port->start($firmware);

	return { port => $port, image => "$folder/$start->{run}", file => "$folder/" . NAME };
}

# Of a release, whatever its times are.
sub _is_current ($of) {
	return 0 if !-s $of->{file};
	return 1 if !Gate::Place::is_project();
	return (stat _)[9] >= (stat $of->{image})[9];
}

sub _has_qemu ($port) {
	return Gate::Place::is_project() && defined eval { Gate::Qemu::installed_program($port) };
}

# By one of all programs that ask at the same time.
sub _make ($of) {
	open my $lock, '>', "$of->{file}.lock" or die "$of->{file}.lock: $!\n";
	flock $lock, LOCK_EX or die "$of->{file}.lock: $!\n";
	return 1 if _is_current($of);
	my $json = _said_by($of->{port}->name);
	_checked('the image of ' . $of->{port}->name, $json);
	write_bytes("$of->{file}.new", $json);
	rename "$of->{file}.new", $of->{file} or die "$of->{file}: $!\n";
	return 1;
}

# Whatever verdict that boot comes to, the document is whole or it is none.
sub _said_by ($machine) {
	my @words = ('--machine', $machine, qw(--devices none --append list=json --folder), tempdir(CLEANUP => 1));
	my $json = '';

	open my $pipe, '-|', $^X, $BOOT, '--raw', @words or die "$BOOT: $!\n";
	while (my $line = <$pipe>) {
		$json .= "$1\n" if $line =~ /^# json: (.*?)\r?$/;
	}
	close $pipe;
	return $json;
}

sub _checked ($path, $json) {
	my $tables = eval { Report::Json::data($json) };

	die "$path: no tables of tests and deviations can be read in it\n"
		if ref $tables ne 'HASH' || ($tables->{format} // '') ne FORMAT;
	die "$path: is of format $tables->{format_version}, and this program reads ${\ VERSION}\n"
		if $tables->{format_version} != VERSION;
	return $tables;
}

# The file as it is.
sub text ($path) {
	return bytes_of($path) // die "$path: $!\n";
}

1;
