using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Runtime.Devices;

namespace SaliencyCluster.Runtime.Engine;

/// <summary>How every session is set up.</summary>
internal static class SessionSettings
{
    /// <summary>Makes the options of a session; the caller disposes them after the session is made.</summary>
    public static SessionOptions Make(ExecutionProvider provider, DeviceOptions options)
    {
        var settings = new SessionOptions
        {
            // A lane is one thread: two runs side by side beat one run on two threads, and one thread sums in one order.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
        };
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        settings.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        // Weights outside the arena: it grows in powers of two, and they are given back at once when the session goes.
        settings.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
        if (provider == ExecutionProvider.TensorRt) settings.AppendExecutionProvider_Tensorrt(options.DeviceId);
        if (provider != ExecutionProvider.Cpu) settings.AppendExecutionProvider_CUDA(options.DeviceId);
        return settings;
    }
}
