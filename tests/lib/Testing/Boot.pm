# SPDX-License-Identifier: BSD-2-Clause
package Testing::Boot;

# tests/gate/boot, tried with programs that only pretend to be QEMU: what such a program prints and does is a row of a
# test's table, with what must come of it. The machine has one scratch disk, disk.img, whose serial is "disk".
#
# A row has
#	name		of the subtest
#	output		what the program prints first
#	code		Perl that it runs then, in its working folder; by default it keeps the promise WROTE
#	qemu		another program instead, by its path or its name in the folder of this module
#	config		the machine, where it is not the usual one: see write_machines()
#	options		words for boot
#	status		what boot must exit with
#	like, unlike	patterns: what it must print, and must not
#	errors		a pattern for what it says of a failure beside its TAP
#	seconds		it must take less
#	as_is		what is printed need not be what a TAP parser takes

use v5.36;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use TAP::Parser;
use Test::More;
use Time::HiRes qw(time);

use lib dirname(abs_path(__FILE__)) . '/..';
use Testing::Program qw(output_of write_program);

our @EXPORT_OK = qw(SEED WROTE chosen judge write_disk guest_sector);

use constant SEED => '0123456789abcdef';
# The firmware's promise that it has written a sector.
use constant WROTE => '# host-check: disk sector 17 seed ' . SEED . "\n";

my $BOOT = abs_path(dirname(abs_path(__FILE__)) . '/../../gate/boot');
my $FOLDER = tempdir(CLEANUP => 1);

# Those whose names are on the command line, or all.
sub chosen (@runs) {
	my %wanted = map { $_ => 1 } @ARGV;
	return grep { !@ARGV || $wanted{$_->{name}} } @runs;
}

sub judge ($run) {
	my $started = time;
	my ($output, $status) = _boot($run);
	my $seconds = time - $started;

	subtest $run->{name} => sub {
		is($status, $run->{status}, 'exit status');
		like($output, $_, 'says what it must') for ($run->{like} // [])->@*;
		like(path("$FOLDER/stderr")->slurp_raw, $run->{errors}, 'and in one sentence') if $run->{errors};
		unlike($output, $_, 'does not say what it must not') for ($run->{unlike} // [])->@*;
		cmp_ok($seconds, '<', $run->{seconds}, 'time') if $run->{seconds};
		_agrees_with_parser($output, $status) if $output =~ /^TAP version/ && !$run->{as_is};
	};
	return;
}

sub _boot ($run) {
	state $machines_are_there = write_machines();
	my $config = $run->{config} // 'usual';

	return output_of('sh', '-c', 'exec "$@" 2>"$0"', "$FOLDER/stderr", $BOOT, '--qemu', _qemu($run), '--folder',
		"$FOLDER/work", ($run->{options} // [])->@*, "$FOLDER/$config.cfg");
}

# What prove sees is what the exit status says, and nothing that only a newer TAP knows.
sub _agrees_with_parser ($output, $status) {
	my $parser = TAP::Parser->new({ tap => $output });

	$parser->run;
	is($parser->has_problems ? 1 : 0, $status, 'a TAP parser comes to the same verdict');
	unlike("@{[$parser->parse_errors]}", qr/version/, 'the TAP version is one that the parser knows');
	return;
}

# ---- What it runs on ----------------------------------------------------------------------------------------------

sub _qemu ($run) {
	return path($run->{qemu})->absolute($FOLDER) if defined $run->{qemu};
	my $code = $run->{code} // guest_sector(17);

	return write_program("$FOLDER/qemu", "#!$^X\n\$| = 1; print <<'SAID';\n$run->{output}SAID\n$code\n");
}

# Perl that writes to the scratch disk behind the firmware's back,
sub write_disk ($offset, $text) {
	return "open my \$disk$offset, '+<', 'disk.img'; seek \$disk$offset, $offset, 0; print \$disk$offset '$text';"
		. "close \$disk$offset;";
}

# or as it promised.
sub guest_sector ($sector) {
	my $text = "busproof guest sector $sector of disk seed " . SEED . "\n";

	return write_disk($sector * 512, substr $text x 20, 0, 512);
}

sub write_machines () {
	my $machine = qq([machine]\n  type = "clipper"\n);
	my $disk = qq([drive "d"]\n  if = "none"\n  format = "raw"\n  file = "disk.img"\n)
		. qq([device "disk"]\n  driver = "virtio-blk-pci"\n  drive = "d"\n);
	my $serial = qq(  serial = "disk"\n);
	my $pvpanic = qq([device "p"]\n  driver = "pvpanic-pci"\n);
	my $usual = "$machine$disk$serial$pvpanic";
	my %text = (
		usual => $usual, 'no-pvpanic' => "$machine$disk$serial", 'no-serial' => "$machine$disk$pvpanic",
		sun4u => $usual =~ s/clipper/sun4u/r,
		'bad-firmware' => "# gate-firmware: palcode\n" . "$machine$disk$serial" =~ s/clipper/sun4u/r,
		needs => "# gate-needs: virtio-x-pci.in_order\n$usual", 'bad-needs' => "# gate-needs: a.b.c\n$usual",
		'lacks-net' => "# gate-lacks: net\n$usual", 'lacks-nothing' => "# gate-lacks:\n$usual",
		garbage => "${machine}what is this\n",
	);

	path("$FOLDER/$_.cfg")->spew_raw($text{$_}) for keys %text;
	write_program("$FOLDER/no-program", "#!/nonexistent\n");
	return 1;
}

1;
