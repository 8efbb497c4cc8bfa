using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Packed;

namespace SaliencyCluster.Runtime.Engine;

/// <summary>How every session is set up.</summary>
internal static class SessionSettings
{
    /// <summary>Makes the options of a session; the caller disposes them after the session is made.</summary>
    /// <param name="provider">What runs it.</param>
    /// <param name="options">The device's options.</param>
    /// <param name="isTransient">Whether it will run a few times only: in the <see cref="TransientArena"/>, and without a plan of memory. The plan
    /// is made after the first run and takes a block of its own, so that the second run is as slow as the first.</param>
    /// <param name="precision">The precision of the graph.</param>
    public static SessionOptions Make(
        ExecutionProvider provider, DeviceOptions options, bool isTransient = false, Precision precision = Precision.Float32)
    {
        var settings = new SessionOptions
        {
            // A lane is one thread: two runs side by side beat one run on two threads, and one thread sums in one order.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            EnableMemoryPattern = !isTransient,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
        };
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        settings.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        // Weights outside the arena: it grows in powers of two, and they are given back at once when the session goes.
        settings.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
        // Quantised models are evaluated as they are written: fused integer kernels saturate on some processors, and weights that were
        // folded to floats would be rounded again, with one scale for all channels.
        settings.AddSessionConfigEntry("session.disable_quant_qdq", "1");
        if (isTransient) settings.AddSessionConfigEntry("session.use_env_allocators", "1");
        // A node without a kernel on the GPU would run on the processor, with its tensors copied there and back: slow, and nobody would know.
        if (provider != ExecutionProvider.Cpu) settings.AddSessionConfigEntry("session.disable_cpu_ep_fallback", "1");
        if (provider == ExecutionProvider.TensorRt) settings.AppendExecutionProvider_Tensorrt(options.DeviceId);
        if (provider != ExecutionProvider.Cpu) CudaOptions.AppendTo(settings, options);
        if (precision != Precision.Float32) PackedOperators.AddTo(settings);
        return settings;
    }
}
