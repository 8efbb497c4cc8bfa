using System.Runtime.InteropServices;

namespace SaliencyCluster.Tiles.Machine;

/// <summary>Machine code in memory of its own: written first, then made executable and no longer writable.</summary>
internal sealed unsafe partial class CodeMemory : SafeHandle
{
    private const int Read = 1, Write = 2, Execute = 4, Private = 2, Anonymous = 0x20;
    private readonly nuint _length;

    public CodeMemory(ReadOnlySpan<byte> code) : base(0, ownsHandle: true)
    {
        _length = (nuint)code.Length;
        var memory = Map(0, _length, Read | Write, Private | Anonymous, -1, 0);
        if (memory == -1) throw new OutOfMemoryException($"No {_length} bytes of memory for machine code (mmap, error {Error}).");
        SetHandle(memory);
        code.CopyTo(new((void*)memory, code.Length));
        if (Protect(memory, _length, Read | Execute) != 0)
            throw new InvalidOperationException($"The host does not let memory be made executable (mprotect, error {Error}).");
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle is 0 or -1;

    private static int Error => Marshal.GetLastPInvokeError();

    /// <summary>Gets the address of a byte.</summary>
    public nint At(int offset) => handle + offset;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Unmap(handle, _length) == 0;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
