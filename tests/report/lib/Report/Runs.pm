# SPDX-License-Identifier: BSD-2-Clause
package Report::Runs;

# The kept runs of a report folder: its tap/, as make check and make gate leave it, or any folder with such files, or
# where nothing but the result is left of them, its result.json.

use v5.36;

use File::Find qw(find);
use List::Util qw(uniq);

use Report::Result;
use Report::Run;

use constant RESULT => 'result.json';

# All runs below a folder, or of a result.json, in the order of QEMUS= and by name; dies when there are none.
sub in_folder ($folder) {
	return in_file($folder) if -f $folder;
	return in_file("$folder/" . RESULT) if -f "$folder/" . RESULT && !-d "$folder/tap";
	return of_tap($folder);
}

# Those of a result.json.
sub in_file ($path) { return _in_order(Report::Result::runs($path)) }

sub of_tap ($folder) {
	my $top = -d "$folder/tap" ? "$folder/tap" : $folder;
	my @names;

	die "$folder: $!\n" if !-d $top;
	find({ no_chdir => 1, wanted => sub { push @names, s{^\Q$top\E/}{}r if -f } }, $top);
	die "$folder: holds no kept runs\n" if !@names;
	return _in_order(map { Report::Run->read("$top/$_", $_) } @names);
}

sub _in_order (@runs) {
	return sort { $a->place <=> $b->place || $a->name cmp $b->name } @runs;
}

# Only the boots of the gate.
sub of_gate ($folder) {
	return grep { defined $_->qemu } in_folder($folder);
}

# The names of their QEMUs, in the order of the runs.
sub qemus (@runs) { return uniq map { $_->qemu // () } @runs }

# "installed" => "7.2.22 (Debian ...)", of the boots that say it.
sub versions (@runs) {
	return map { $_->qemu => $_->version } grep { defined $_->qemu && $_->version ne 'unknown' } @runs;
}

1;
