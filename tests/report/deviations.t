#!/usr/bin/perl
# Proves that a deviation that no boot shows any more fails a complete gate and only that, and that the list for a bug
# report has all that such a report needs. Kept runs and tables of its own stand for the real ones.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Test::More;

use lib dirname(dirname(abs_path(__FILE__))) . '/gate/lib';
use Gate::Set;

my $TESTS = dirname(dirname(abs_path(__FILE__)));
my $FOLDER = tempdir(CLEANUP => 1);
my @CONFIGURATIONS = map { $_->[0]->name . "-$_->[1]" } Gate::Set::configurations();

my $TABLE = <<'END';
#define BOOK	"Manual"
static const struct deviation some[] = {
	{ .name = "qemu-one", .points = "a.b/*", .machine = "*", .profile = PROFILE_QEMU, .shows = ALWAYS,
	  .reason = "It says \"no\" "
		    "and means it.", .reference = BOOK ", 1.2" },
	{ .name = "qemu-two", .points = "a.c/*", .machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
	  .reason = "Two.", .reference = "Manual, 3" },
	{ .name = "qemu-users-only", .points = "a.e/*", .machine = "*", .profile = PROFILE_QEMU, .shows = SOMETIMES,
	  .reason = "Three.", .reference = "Manual, 3", .needs = "a device that only users have" },
	{ .name = "board-only", .points = "a.d/*", .machine = "*", .profile = PROFILE_HARDWARE, .shows = ALWAYS,
	  .reason = "Three.", .reference = "Manual, 4" },
};
END
my $SHOWS = "1..2\nok 1 - a.b/c\nnot ok 2 - a.b/d # TODO qemu-one\n"
	. "  ---\n  verdict: fail\n  rerun: \"qemu x\"\n  ...\n";
my $BOTH = "1..2\nnot ok 1 - a.c/e # TODO qemu-two\nnot ok 2 - a.b/d # TODO qemu-one\n";

write_file("$FOLDER/tables/some.c", $TABLE);
$ENV{QEMU_MATRIX} = 'installed sid';
write_file("$FOLDER/$_", $SHOWS)
	for map { my $q = $_; map { "full/tap/gate/$q/$_" } @CONFIGURATIONS } qw(installed sid);
judge('full', 1, qr/^ok 1 - qemu-one shows/m, qr/^not ok 2 - qemu-two no longer shows: remove it$/m, qr/^1\.\.3$/m);
$ENV{QEMU_MATRIX} = 'installed sid trixie';
judge('full', 0, qr/^ok 2 # skip qemu-two was not seen, but not all was booted \(no trixie/m);
$ENV{QEMU_MATRIX} = 'installed sid';
write_file("$FOLDER/full/tap/gate/sid/$CONFIGURATIONS[0]", $BOTH);
judge('full', 0, qr/^ok 2 - qemu-two shows, in 1 of /m);
write_file("$FOLDER/full/tap/gate/sid/$CONFIGURATIONS[0]", '');
judge('full', 0, qr/^ok 2 # skip .*\(no sid\/\Q$CONFIGURATIONS[0]\E\)/m);
write_file("$FOLDER/full/tap/gate/sid/$CONFIGURATIONS[0]", $BOTH =~ s/qemu-two/qemu-three/r);
judge('full', 1, qr/^not ok \d - qemu-three is shown, but not listed$/m);
write_file("$FOLDER/full/tap/gate/sid/$CONFIGURATIONS[0]", $BOTH =~ s/qemu-one/qemu-users-only/r);
judge('full', 1,
	qr{^not ok 3 - qemu-users-only shows in sid/\Q$CONFIGURATIONS[0]\E, .*a device that only users have$}m);
write_file("$FOLDER/full/tap/gate/sid/$CONFIGURATIONS[0]", $BOTH);
bug_report();
done_testing();

sub write_file ($path, $content) {
	make_path(dirname($path));
	open my $file, '>', $path or die "$path: $!\n";
	print {$file} $content;
	close $file or die "$path: $!\n";
	return;
}

sub said_by (@command) {
	open my $pipe, '-|', 'sh', '-c', 'exec "$@" 2>/dev/null', 'sh', @command or die "$command[0]: $!\n";
	my $said = do { local $/ = undef; <$pipe> // '' };
	close $pipe;
	return ($said, $? >> 8);
}

sub judge ($report, $fails, @like) {
	my ($said, $status) = said_by("$TESTS/gate/stale-deviations", "$FOLDER/$report", "$FOLDER/tables");

	is($status ? 1 : 0, $fails, $fails ? 'fails' : 'passes') or diag($said);
	like($said, $_, 'says what it must') for @like;
	return;
}

sub bug_report () {
	my ($said, $status) = said_by("$TESTS/report/deviations", "$FOLDER/full", "$FOLDER/tables");

	is($status, 0, 'the list is made');
	like($said, qr/^## qemu-one\n\nIt says "no" and means it\.\n\n- Reference: Manual, 1\.2$/m,
		'with what is wrong and right');
	like($said, qr/^\| installed \| unknown \| @{[scalar @CONFIGURATIONS]} \| alpha-/m, 'with who shows it');
	like($said, qr/^rerun: "qemu x"$/m, 'with the command that shows it');
	like($said, qr/^## board-only\n.*?^It shows on hardware only/ms, 'and with what cannot be seen here');
	is((said_by("$TESTS/report/deviations", "$FOLDER/tables"))[1], 2, 'a folder without boots is a bad call');
	return;
}
