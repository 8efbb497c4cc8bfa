using System.Globalization;
using System.Text.RegularExpressions;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Runtime.Health;

/// <summary>Turns what ONNX Runtime, CUDA and the loader say into what is missing and what to install.</summary>
internal static partial class ProviderFaults
{
    private const string Driver = "Install an NVIDIA driver for CUDA 13 (580 or later) on the host, and give the container the GPU (Docker: --gpus all; Kubernetes: the resource nvidia.com/gpu). nvidia-smi must answer there.";

    private const string NotThere = $"Check that the process was given a GPU (nvidia-smi; CUDA_VISIBLE_DEVICES) and {DeviceOptions.Section}:DeviceId, which counts from 0 among the GPUs it was given.";

    // By the beginning of a library's name; Ubuntu's and NVIDIA's own package names.
    private static readonly (string Library, string Package)[] Packages =
    [
        ("libcudnn", "cuDNN 9 for CUDA 13 (libcudnn9-cuda-13)"),
        ("libcublas", "cuBLAS of CUDA 13 (libcublas-13-0)"),
        ("libcudart", "the runtime of CUDA 13 (cuda-cudart-13-0)"),
        ("libcurand", "cuRAND of CUDA 13 (libcurand-13-0)"),
        ("libcufft", "cuFFT of CUDA 13 (libcufft-13-0)"),
        ("libnvinfer", "TensorRT 10 for CUDA 13 (libnvinfer10)"),
        ("libnvonnxparser", "TensorRT 10 for CUDA 13 (libnvonnxparsers10)"),
    ];

    // Errors after which every call of the process to this GPU fails: only a new process can use it again.
    private static readonly int[] Lasting = [46, 214, 219, 226, 700, 702, 709, 710, 713, 714, 715, 716, 717, 718, 719, 721, 999];

    /// <summary>Gets whether a text tells of an error after which the process can use the GPU no more.</summary>
    public static bool IsLost(string text) =>
        Code(text) is { } code && Lasting.Contains(code) || text.Contains("CUDNN_STATUS_EXECUTION_FAILED", StringComparison.Ordinal);

    /// <summary>Makes the error of a proof that failed.</summary>
    public static SaliencyException Of(DeviceOptions options, string text, Exception? cause = null)
    {
        var device = options.DeviceName;
        if (Missing().Matches(text).Select(m => m.Groups[1].Value).OrderByDescending(l => l.Count(c => c == '.')).FirstOrDefault() is { } library)
            return library.StartsWith("libcuda.", StringComparison.Ordinal)
                ? new("SAL4011", $"{device} cannot be used: there is no NVIDIA driver here ({library} cannot be opened).", Driver, cause)
                : new("SAL4010", $"{device} cannot be used: {library} cannot be opened, which the execution provider needs.", $"Install {Package(library)}, or use the worker image for GPUs.", cause);
        if (BadNumber().IsMatch(text))
            return new("SAL4002", $"{device} is not there: CUDA has fewer GPUs here.", NotThere, cause);
        return Code(text) switch
        {
            34 or 35 or 36 or 803 or 804 => new("SAL4011", $"{device} cannot be used: {Said(text)}.", Driver, cause),
            38 or 100 or 101 => new("SAL4002", $"{device} is not there: {Said(text)}.", NotThere, cause),
            209 or 222 => new("SAL4012", $"{device} is too old for this build: {Said(text)}.", "Use a GPU of compute capability 7.5 (Turing) or later.", cause),
            not null when IsLost(text) => Lost(device, text, cause),
            _ => new("SAL4012", $"{device} cannot compute: {Short(text)}", "Look at the host's kernel log (dmesg, NVRM Xid) and at nvidia-smi; if the GPU is healthy, report this message.", cause),
        };
    }

    /// <summary>Makes the error of a provider that computes wrong numbers.</summary>
    public static SaliencyException WrongAnswer(DeviceOptions options, float answer) => new(
        "SAL4012", string.Create(CultureInfo.InvariantCulture, $"{options.DeviceName} computes wrongly: the sum of 1 to 9 came out as {answer}."),
        "Look at the host's kernel log (dmesg, NVRM Xid) and at nvidia-smi; do not use this GPU until it is repaired.");

    /// <summary>Makes the error of a device that was there and is lost.</summary>
    public static SaliencyException Lost(string device, string text, Exception? cause = null) => new(
        "SAL4014", $"{device} is lost to this process: {Said(text)}.",
        "Restart the worker (its liveness check fails, so Kubernetes does). If it comes again, look at dmesg for NVRM Xid and take the GPU out of use.", cause);

    private static int? Code(string text) => Failure().Match(text) is { Success: true } found ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    private static string Package(string library) =>
        Packages.FirstOrDefault(p => library.StartsWith(p.Library, StringComparison.Ordinal)).Package ?? $"the package that has {library}";

    private static string Said(string text) => Failure().Match(text) is { Success: true } found ? $"CUDA error {found.Groups[1].Value}, {found.Groups[2].Value.Trim()}" : Short(text);

    private static string Short(string text) => text.Length <= 600 ? text : $"{text[..600]}...";

    [GeneratedRegex(@"(lib[\w+-]+\.so[\w.]*): cannot open shared object file")]
    private static partial Regex Missing();

    // Of the provider itself, which counts the GPUs before it asks CUDA for one.
    [GeneratedRegex(@"invalid device id", RegexOptions.IgnoreCase)]
    private static partial Regex BadNumber();

    // As ONNX Runtime writes it: "CUDA failure 100: no CUDA-capable device is detected ; GPU=0 ; ..."
    [GeneratedRegex(@"CUDA failure (\d+): ([^;\n]+)")]
    private static partial Regex Failure();
}
