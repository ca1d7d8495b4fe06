# SPDX-License-Identifier: BSD-2-Clause
package Release::Run;

# What the tests of releases share: programs run in a folder, make on images that are there already, and a PATH that
# has no more than a user without compilers.

use v5.36;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Spec;
use POSIX ();

use lib dirname(abs_path(__FILE__)) . '/../../../gate/lib';
use Gate::Port;

our @EXPORT_OK = qw(root machines run make lend_images users_path content);

my $ROOT = dirname(dirname(dirname(dirname(dirname(abs_path(__FILE__))))));

# The make that runs these tests says nothing to the ones that are tested, and nobody says where to write.
delete @ENV{grep { /^(?:MAKE|MFLAGS|PERL_TEST|HARNESS_|REPORT_FOLLOWS|BUSPROOF_|QEMU|SETS$|SHARD$|JOBS$|
	VERSION$)/x } keys %ENV};

sub root () { return $ROOT }
sub machines () { return Gate::Port::names() }

# { status, said }, with what goes to both outputs.
sub run ($folder, @command) {
	my $pid = open my $pipe, '-|' // die "fork: $!\n";

	if (!$pid) {
		chdir $folder or die "$folder: $!\n";
		open STDERR, '>&', \*STDOUT or die "STDERR: $!\n";
		exec @command or POSIX::_exit(127);
	}
	my $said = do { local $/ = undef; <$pipe> // '' };
	close $pipe;
	return { status => $? >> 8, said => $said };
}

# Builds no image, and leaves out the rules of the unit tests, which take longest to read.
sub make ($folder, @words) {
	return run($folder, 'make', '--no-print-directory', '-o', 'images', 'UNIT_TESTS=', @words);
}

# The images of this project in another copy of it.
sub lend_images ($folder) {
	make_path("$folder/build");
	for my $machine (machines()) {
		symlink "$ROOT/build/$machine", "$folder/build/$machine" or die "$folder: $!\n";
	}
	return;
}

# A folder that is all that is in PATH: QEMU, and of perl what a user has.
sub users_path ($folder) {
	make_path($folder);
	for my $program ('perl', 'prove', map { $_->qemu } Gate::Port::all()) {
		my ($path) = grep { -x } map { "$_/$program" } File::Spec->path;
		symlink $path // die("$program is not in PATH\n"), "$folder/$program" or die "$folder: $!\n";
	}
	return $folder;
}

sub content ($path) {
	open my $file, '<:raw', $path or die "$path: $!\n";
	local $/ = undef;
	return <$file> // '';
}

1;
