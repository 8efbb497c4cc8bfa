using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SaliencyCluster.Tiles;

/// <summary>Which of the instructions that this project uses the processor has.</summary>
public static class ProcessorSupport
{
    private const int ExtendedFeatures = 7, Bf16Bit = 5;

    /// <summary>Gets whether bf16 can be multiplied here: AVX512_BF16, on Linux and x86-64.</summary>
    public static bool HasBf16 => Missing is null;

    /// <summary>Gets why bf16 cannot be multiplied here; null where it can.</summary>
    public static string? Missing { get; } = Find();

    private static string? Find()
    {
        // The kernels follow the System V calling convention.
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return $"it needs Linux on x86-64, and this is {RuntimeInformation.OSDescription} on {RuntimeInformation.ProcessArchitecture}";
        // The runtime asked the operating system whether it saves the wide registers.
        if (!Avx512BW.IsSupported) return "the processor has no AVX-512, or it is switched off";
        if (X86Base.CpuId(0, 0).Eax < ExtendedFeatures || (X86Base.CpuId(ExtendedFeatures, 1).Eax & (1 << Bf16Bit)) == 0)
            return "the processor has no AVX512_BF16, which AMD has since Zen 4 and Intel since Cooper Lake and Sapphire Rapids";
        return null;
    }
}
