using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SaliencyCluster.Runtime.Prepared;

/// <summary>Names the kind of processor: kernels, and with them layouts of weights, are chosen by it, so what was prepared for one kind is foreign to every other.</summary>
internal static class HostKind
{
    // Vendor, model and features, and the processor's name. Of leaf 1 the second word tells which core asks.
    private static readonly (uint Leaf, uint Sub)[] Leaves = [(0, 0), (1, 0), (7, 0), (7, 1), (0x80000002, 0), (0x80000003, 0), (0x80000004, 0)];

    /// <summary>Gets the name; null where it cannot be told, so that nothing is kept.</summary>
    public static string? Name { get; } = X86Base.IsSupported ? X86() : Arm();

    private static string X86()
    {
        var words = Leaves.SelectMany(leaf =>
        {
            var (eax, ebx, ecx, edx) = X86Base.CpuId(unchecked((int)leaf.Leaf), (int)leaf.Sub);
            return (int[])[eax, leaf.Leaf == 1 ? 0 : ebx, ecx, edx];
        });
        // What the operating system has switched off is not among the features of the processor.
        return $"{Avx2.IsSupported}{Avx512F.IsSupported} {string.Join(' ', words.Select(w => w.ToString("x8", CultureInfo.InvariantCulture)))}";
    }

    private static string? Arm()
    {
        const string File = "/proc/cpuinfo";
        if (RuntimeInformation.ProcessArchitecture != Architecture.Arm64 || !System.IO.File.Exists(File)) return null;
        var lines = System.IO.File.ReadLines(File).Where(l => l.StartsWith("CPU ", StringComparison.Ordinal) || l.StartsWith("Features", StringComparison.Ordinal));
        return string.Join(' ', lines.Distinct());
    }
}
