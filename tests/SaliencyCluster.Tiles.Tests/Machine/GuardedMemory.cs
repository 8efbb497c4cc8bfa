using System.Runtime.InteropServices;

namespace SaliencyCluster.Tiles.Tests.Machine;

/// <summary>Memory whose neighbours may not be touched: one byte beyond its end, or before its beginning, ends the process.</summary>
internal sealed unsafe class GuardedMemory<T> : IDisposable where T : unmanaged
{
    private const int Page = 4096;
    private readonly nint _map;
    private readonly nuint _length;
    private readonly nint _start;
    private readonly int _count;

    public GuardedMemory(ReadOnlySpan<T> values, bool atEnd)
    {
        _count = values.Length;
        var bytes = _count * sizeof(T);
        var room = (bytes + Page - 1) / Page * Page;
        _length = (nuint)(room + (2 * Page));
        _map = Pages.Map(0, _length, 3, 0x22, -1, 0);
        Assert.NotEqual(-1, _map);
        Assert.Equal(0, Pages.Protect(_map, Page, 0));
        Assert.Equal(0, Pages.Protect(_map + Page + room, Page, 0));
        _start = _map + Page + (atEnd ? room - bytes : 0);
        values.CopyTo(Span);
    }

    public Span<T> Span => new((void*)_start, _count);

    public void Dispose() => Assert.Equal(0, Pages.Unmap(_map, _length));
}

/// <summary>The calls of the operating system.</summary>
internal static partial class Pages
{
    [LibraryImport("libc", EntryPoint = "mmap")]
    public static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    public static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(nint address, nuint length);
}
