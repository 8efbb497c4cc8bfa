using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Prepared;
using SaliencyCluster.Runtime.Sessions;
using SaliencyCluster.Runtime.Trials;

namespace SaliencyCluster.Runtime.TrialRun;

/// <summary>
/// The process that loads a graph which nobody has loaded yet, and runs it once on zeros. What it may do to its process, it does to this
/// one. It says one line, and ends with its standard input at the latest.
/// </summary>
public static class TrialProgram
{
    /// <summary>Says whether a process was started to be one.</summary>
    public static bool IsAsked(IReadOnlyList<string> arguments) => arguments is [TrialCommand.Word, _, _, _];

    /// <summary>Does it.</summary>
    /// <param name="arguments">The word, the file of the graph, the folder for the graph as ONNX Runtime optimises it or <c>-</c>, and the
    /// most
    /// bytes of memory.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        new Thread(EndWithInput) { IsBackground = true }.Start();
        ProcessLimits.Set(long.Parse(arguments[3], CultureInfo.InvariantCulture));
        try
        {
            Try(arguments[1], arguments[2]);
            Console.Out.WriteLine(TrialCommand.Behaved);
        }
        catch (Exception error) when (error is OnnxRuntimeException or IOException or OutOfMemoryException)
        {
            Console.Out.WriteLine(
                $"{TrialCommand.Failed} {(error is OutOfMemoryException ? "bad allocation" : error.Message.ReplaceLineEndings(" "))}");
        }
        Console.Out.Flush();
        // What native code left behind is of no interest, and may take its time.
        return ProcessEnd.Now(0);
    }

    private static void Try(string file, string optimized)
    {
        var options = new DeviceOptions();
        _ = OnnxRuntimeEngine.Environment;
        using var settings = SessionSettings.Make(ExecutionProvider.Cpu, options);
        if (optimized == TrialCommand.Optimized) settings.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        else if (optimized.Length > 0) PreparedFolder.SaveTo(optimized, settings);
        var session = new InferenceSession(file, settings);
        var buffers = session.InputMetadata.Concat(session.OutputMetadata)
            .ToDictionary(t => t.Key, t => new TensorBuffer(t.Key, t.Value.ElementDataType, t.Value.Dimensions));
        var binding = session.CreateIoBinding();
        foreach (var name in session.InputMetadata.Keys) binding.BindInput(name, buffers[name].Value);
        foreach (var name in session.OutputMetadata.Keys) binding.BindOutput(name, buffers[name].Value);
        session.RunWithBinding(new RunOptions(), binding);
    }

    private static void EndWithInput()
    {
        Console.OpenStandardInput().CopyTo(Stream.Null);
        ProcessEnd.Now(1);
    }
}
