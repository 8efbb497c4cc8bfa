using Microsoft.ML.OnnxRuntime;

namespace SaliencyCluster.Zoo;

/// <summary>ONNX Runtime's offline optimisation: what users have whose files come from it.</summary>
internal static class Optimization
{
    /// <summary>Saves a model with fused operators of com.microsoft. (The next level would fix the layout for one processor.)</summary>
    public static int Save(string from, string to)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
            OptimizedModelFilePath = to,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        using var session = new InferenceSession(from, options);
        return File.Exists(to) ? 0 : 1;
    }
}
