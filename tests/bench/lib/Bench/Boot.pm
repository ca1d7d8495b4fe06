# SPDX-License-Identifier: BSD-2-Clause
package Bench::Boot;

# One boot for the benchmark: fresh disks, QEMU with a time limit, what the firmware said. A boot that does not come to
# its verdict is a sentence that says why, so that one size that a QEMU, its firmware or this computer cannot do does
# not end the benchmark.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);

use lib dirname(abs_path(__FILE__)) . '/../../../gate/lib';
use Gate::Machine;
use Gate::Transcript;

package Bench::Boot::NoView { sub line { return } }

my $ROOT = dirname(dirname(dirname(dirname(dirname(abs_path(__FILE__))))));

# With it an instruction takes a nanosecond, so that the firmware's clock counts instructions.
our @COUNTED = ('-icount', 'shift=0');

# machine; folder: of disks and logs; devices: a set of tests/gate or a .cfg file; memory, append: as in
# tests/gate/boot; qemu: more words for its command line; timeout; halt: the image that only boots and ends, without a
# verdict. Returns { seconds, bytes, transcript }, or { not_run => sentence }.
sub boot (%what) {
	my $folder = $what{folder};
	my $command = eval { _command(%what) } // return { not_run => $@ =~ s/\s+$//r };
	my $transcript = Gate::Transcript->new('Bench::Boot::NoView');
	my $end = Gate::Machine::run(command => ['sh', '-c', $command], folder => $folder, timeout => $what{timeout},
		line => sub ($line) { $transcript->add($line) });
	my $reason = _why_not($end, $transcript, $what{halt});

	return { not_run => $reason } if defined $reason;
	return { seconds => $end->{seconds}, bytes => $end->{bytes}, transcript => $transcript };
}

# Makes fresh disks; returns the command that boots with them, for a shell that is in their folder.
sub _command (%what) {
	my @devices = $what{devices} =~ m{/} ? $what{devices}
		: ('--machine', $what{machine}, '--devices', $what{devices});
	my @words = (@devices, '--folder', $what{folder}, '--append', $what{append} // '',
		defined $what{memory} ? ('--memory', $what{memory}) : (), $what{halt} ? '--halt' : (),
		map { ('--qemu-option', $_) } ($what{qemu} // [])->@*);

	open my $output, '-|', "$ROOT/tests/gate/boot", '--print-command', @words or die "tests/gate/boot: $!\n";
	chomp(my $command = <$output> // '');
	close $output or die "tests/gate/boot does not take @words\n";
	return $command =~ s/^cd \S+ && /exec /r;
}

sub _why_not ($end, $transcript, $halt) {
	my $said = $end->{stderr} =~ s/\s+/ /gr =~ s/^(.{300}).+/$1.../r;
	my $last = $transcript->last_line =~ s/\s+$//r;
	my $words = $said =~ /\S/ ? "; QEMU says: $said" : $last ne '' ? "; the last line is: $last"
		: '; the serial line stayed silent';

	return "QEMU $end->{stopped}$words" if $end->{stopped};
	return "QEMU died of signal $end->{signal}$words" if $end->{signal};
	return undef if $halt && !$end->{status};
	return "QEMU did not start$words" if $end->{status} && !$end->{bytes};
	return $transcript->verdict ? undef : "there is no verdict$words";
}

1;
