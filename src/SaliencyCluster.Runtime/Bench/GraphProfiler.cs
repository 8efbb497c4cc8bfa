using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Errors;
using SaliencyCluster.Tiles;

namespace SaliencyCluster.Runtime.Bench;

/// <summary>Runs a graph on this thread, set up as a lane of the processor runs it, under ONNX Runtime's profiler.</summary>
public static class GraphProfiler
{
    // The first plans memory, the second fetches its pages.
    private const int WarmUps = 2;

    /// <summary>Gets a precision that this processor has.</summary>
    /// <exception cref="Onnx.SaliencyException">SAL4025 it does not.</exception>
    public static Precision Checked(Precision precision) =>
        precision == Precision.BFloat16 && ProcessorSupport.Missing is { } missing ? throw RuntimeErrors.NoPrecision(missing) : precision;

    /// <summary>Profiles a graph.</summary>
    /// <param name="graph">The graph, for a processor.</param>
    /// <param name="runs">How many runs to measure; ONNX Runtime writes a million events down, so of a graph of many thousand nodes
    /// fewer are.</param>
    /// <param name="runDone">Called after each of them.</param>
    /// <param name="cancellation">Looked at between runs.</param>
    public static GraphProfile Run(ExplanationGraph graph, int runs, Action? runDone, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("saliency-profile-").FullName;
        try
        {
            _ = OnnxRuntimeEngine.Environment;
            using var settings = SessionSettings.Make(ExecutionProvider.Cpu, new DeviceOptions(), precision: graph.Spec.Precision);
            // First the place, then the switch: ONNX Runtime takes the place when it is switched on.
            settings.ProfileOutputPathPrefix = Path.Combine(folder, "runs");
            settings.EnableProfiling = true;
            using var session = new InferenceSession(graph.Model.ToArray(), settings);
            using var loop = new BoundLoop(session);
            for (var i = 0; i < WarmUps + runs; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                loop.Run();
                if (i >= WarmUps) runDone?.Invoke();
            }
            using var file = File.OpenRead(session.EndProfiling());
            return ProfileFile.Read(file, WarmUps);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
