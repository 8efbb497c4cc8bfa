using System.CommandLine;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.CommandLine;

/// <summary><c>--precision</c>: the numbers that convolutions are computed in, in this process.</summary>
internal sealed class PrecisionOption : Option<string?>
{
    private const string Float32 = "fp32", BFloat16 = "bf16";

    public PrecisionOption() : base("--precision")
    {
        Description = "Numbers that convolutions are computed in, in this process: fp32, or bf16 (about twice as fast on processors with "
            + "AVX512_BF16, with 8 bits of precision: docs/precision.md). Default: fp32.";
        HelpName = "PRECISION";
        AcceptOnlyFromAmong(Float32, BFloat16);
    }

    /// <summary>Gets the precision that was used as results name it; null for the default.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="isUsed">Whether anything was computed in it.</param>
    public static string? NameOf(Precision asked, bool isUsed) => asked == Precision.Float32 ? null : isUsed ? BFloat16 : Float32;

    /// <summary>Gets what was asked for.</summary>
    public Precision Read(ParseResult arguments) => arguments.GetValue(this) == BFloat16 ? Precision.BFloat16 : Precision.Float32;

    /// <summary>Refuses a precision for what a cluster computes.</summary>
    /// <exception cref="SaliencyException">SAL2508: workers compute in float32.</exception>
    public void RefuseOnCluster(ParseResult arguments)
    {
        if (Read(arguments) != Precision.Float32)
            throw new SaliencyException("SAL2508", $"--precision {BFloat16} is asked of a cluster, whose workers compute in float32.",
                "Leave it out, or give --local.");
    }
}
