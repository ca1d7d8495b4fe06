# SPDX-License-Identifier: BSD-2-Clause
package Testing::Report;

# tests/report/report, tried on runs that a test has written, and what is read of the page that comes of them: two runs
# of one configuration, of which one is good and the other has a point that fails, and any others.

use v5.36;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);

use lib dirname(abs_path(__FILE__)) . '/..';
use Testing::Program qw(said_by);

our @EXPORT_OK = qw(FOLDER GOOD BAD write_runs report failing_page html_of text_of);

my $REPORT = abs_path(dirname(abs_path(__FILE__)) . '/../../report/report');

my $TAIL = "# matrix: device and mode  descriptors  used\n# matrix: rng\@00:03.0/accepted  bus  bus\n"
	. "# run: machine alpha\n";
my $GOOD = <<"END" . $TAIL;
TAP version 13
1..3
ok 1 - cpu.clock
ok 2 - virtio.view.descriptors/rng\@00:03.0/accepted
ok 3 - virtio.view.used/rng\@00:03.0/accepted
# run: version 0.1
END
my $EVIDENCE = <<'END';
  ---
  verdict: fail
  reason: "<b>seen</b> in view \"physical\""
  number: 0x800800
  rerun: "qemu </script> tests=virtio.view.used/rng@00:03.0/accepted"
  ...
END
my $BAD = $GOOD =~ s/^ok (3.*)\n/not ok $1\n$EVIDENCE/mr
	=~ s/(bus  )bus$/$1physical/mr =~ s/version 0\.1/version 0.2/r;

use constant FOLDER => tempdir(CLEANUP => 1);

sub GOOD () { return $GOOD }
sub BAD () { return $BAD }

# The folder of reports NAME, which has these runs: their names, and what each has printed.
sub write_runs ($name, %runs) {
	path(FOLDER . "/$name/tap/$_")->touchpath->spew_raw($runs{$_}) for keys %runs;
	return FOLDER . "/$name";
}

sub report (@arguments) { return said_by($REPORT, @arguments) }

sub failing_page () {
	my $folder = write_runs('page', 'gate/old/alpha-none' => $GOOD, 'gate/new/alpha-none' => $BAD);

	report($folder);
	return "$folder/index.html";
}

sub html_of ($folder, @options) {
	report(@options, $folder);
	return path("$folder/index.html")->slurp_utf8;
}

# What is seen in a section: its text, with one space for every tag and gap.
sub text_of ($html, $section) {
	my ($inside) = $html =~ m{<section id="$section"(.*?)</section>}s;

	return defined $inside ? $inside =~ s/^[^>]*>//r =~ s/<[^>]*>/ /gr =~ s/\s+/ /gr : undef;
}

1;
