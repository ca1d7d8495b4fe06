# SPDX-License-Identifier: BSD-2-Clause
package Gate::Bytes;

# Files that are read and written as a whole, byte by byte. What is done with a user's file besides is Gate::File's.

use v5.36;

use Exporter qw(import);

our @EXPORT_OK = qw(bytes_of write_bytes);

# undef where it cannot be read; $! says why.
sub bytes_of ($path) {
	open my $file, '<:raw', $path or return undef;
	local $/ = undef;
	return <$file> // '';
}

# Dies with a sentence. Returns the path.
sub write_bytes ($path, @bytes) {
	open my $file, '>:raw', $path or die "$path: $!\n";
	print {$file} @bytes or die "$path: $!\n";
	close $file or die "$path: $!\n";
	return $path;
}

1;
