using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SaliencyCluster.Runtime.Prepared;

/// <summary>
/// XXH64 of a file, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md. It finds damage; it is no proof against forgery, but
/// whoever can write to a folder of prepared graphs can write their checksums too.
/// </summary>
/// <remarks>
/// Not SHA-256, which took as long as all the rest of a load, and not System.IO.Hashing: a process that lives for a second is over before
/// the runtime has compiled that for speed. Here the loop is compiled so at once.
/// </remarks>
internal static class FileChecksum
{
    private const ulong Prime1 = 0x9E3779B185EBCA87, Prime2 = 0xC2B2AE3D27D4EB4F, Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63, Prime5 = 0x27D4EB2F165667C5;
    private const int Stripe = 32;
    private const int BufferBytes = 1 << 18;

    /// <summary>Reads a file and gets its checksum.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ulong Of(string path)
    {
        using var file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var state = new State();
            var (at, held) = (0L, 0);
            while (RandomAccess.Read(file, buffer.AsSpan(held, BufferBytes - held), at) is > 0 and var read)
            {
                (at, held) = (at + read, held + read);
                var whole = held - held % Stripe;
                state.Add(buffer.AsSpan(0, whole));
                buffer.AsSpan(whole, held - whole).CopyTo(buffer);
                held -= whole;
            }
            return state.Finish(at, buffer.AsSpan(0, held));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Gets the checksum of bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var state = new State();
        var whole = bytes.Length - bytes.Length % Stripe;
        state.Add(bytes[..whole]);
        return state.Finish(bytes.Length, bytes[whole..]);
    }

    private static ulong Round(ulong sum, ulong word) => BitOperations.RotateLeft(sum + word * Prime2, 31) * Prime1;

    private struct State()
    {
        private ulong _a = unchecked(Prime1 + Prime2), _b = Prime2, _c = 0, _d = unchecked(0 - Prime1);

        /// <summary>Adds whole stripes.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(ReadOnlySpan<byte> stripes)
        {
            var (a, b, c, d) = (_a, _b, _c, _d);
            var words = MemoryMarshal.Cast<byte, ulong>(stripes);
            for (var i = 0; i + 3 < words.Length; i += 4)
            {
                a = BitOperations.RotateLeft(a + words[i] * Prime2, 31) * Prime1;
                b = BitOperations.RotateLeft(b + words[i + 1] * Prime2, 31) * Prime1;
                c = BitOperations.RotateLeft(c + words[i + 2] * Prime2, 31) * Prime1;
                d = BitOperations.RotateLeft(d + words[i + 3] * Prime2, 31) * Prime1;
            }
            (_a, _b, _c, _d) = (a, b, c, d);
        }

        /// <summary>Adds what is left after the last stripe, and gets the checksum.</summary>
        public readonly ulong Finish(long length, ReadOnlySpan<byte> rest)
        {
            var sum = Prime5;
            if (length >= Stripe)
            {
                sum = BitOperations.RotateLeft(_a, 1) + BitOperations.RotateLeft(_b, 7)
                    + BitOperations.RotateLeft(_c, 12) + BitOperations.RotateLeft(_d, 18);
                foreach (var lane in (ReadOnlySpan<ulong>)[_a, _b, _c, _d]) sum = (sum ^ Round(0, lane)) * Prime1 + Prime4;
            }
            sum += (ulong)length;
            for (; rest.Length >= 8; rest = rest[8..])
                sum = BitOperations.RotateLeft(sum ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1 + Prime4;
            for (; rest.Length >= 4; rest = rest[4..])
                sum = BitOperations.RotateLeft(sum ^ BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1, 23) * Prime2 + Prime3;
            foreach (var b in rest) sum = BitOperations.RotateLeft(sum ^ b * Prime5, 11) * Prime1;
            sum = (sum ^ sum >> 33) * Prime2;
            sum = (sum ^ sum >> 29) * Prime3;
            return sum ^ sum >> 32;
        }
    }
}
