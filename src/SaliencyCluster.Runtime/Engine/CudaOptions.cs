using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace SaliencyCluster.Runtime.Engine;

/// <summary>How the CUDA provider is set up: numbers as on a processor, and the same ones twice.</summary>
internal static class CudaOptions
{
    /// <summary>Adds the provider to the options of a session.</summary>
    public static void AppendTo(SessionOptions settings, DeviceOptions options)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(Of(options));
        settings.AppendExecutionProvider_CUDA(cuda);
    }

    /// <summary>Gets the provider's options by their names.</summary>
    public static Dictionary<string, string> Of(DeviceOptions options)
    {
        var named = new Dictionary<string, string>
        {
            ["device_id"] = options.DeviceId.ToString(CultureInfo.InvariantCulture),
            // With it, products have 10 bits of mantissa: maps would differ from a processor's in the third digit.
            ["use_tf32"] = "0",
            // The default tries every algorithm and takes the fastest of that moment, so two workers would compute other bits.
            ["cudnn_conv_algo_search"] = "HEURISTIC",
            // The default doubles what is held, on a card that others may share.
            ["arena_extend_strategy"] = "kSameAsRequested",
        };
        if (options.MemoryBudgetMegabytes is not null) named["gpu_mem_limit"] = options.MemoryBudgetBytes.ToString(CultureInfo.InvariantCulture);
        return named;
    }
}
