using System.Globalization;
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.Win32.SafeHandles;
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
    /// most bytes of memory.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        new Thread(EndWithInput) { IsBackground = true }.Start();
        // What is said at the end is made ready before the limit holds: a graph that took all memory leaves none to say so with.
        using var answers = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        var (behaved, outOfMemory) = (Encoding.UTF8.GetBytes(TrialCommand.Behaved), Encoding.UTF8.GetBytes($"{TrialCommand.Failed} bad allocation"));
        answers.Write("\n"u8);
        ProcessLimits.Set(long.Parse(arguments[3], CultureInfo.InvariantCulture));
        byte[] answer;
        try
        {
            Try(arguments[1], arguments[2]);
            answer = behaved;
        }
        catch (Exception error) when (error is OnnxRuntimeException or IOException)
        {
            answer = Failure(error.Message, outOfMemory);
        }
        catch (OutOfMemoryException)
        {
            answer = outOfMemory;
        }
        answers.Write(answer);
        // What native code left behind is of no interest, and may take its time.
        return ProcessEnd.AtOnce(0);
    }

    private static byte[] Failure(string message, byte[] outOfMemory)
    {
        try
        {
            return Encoding.UTF8.GetBytes($"{TrialCommand.Failed} {message.ReplaceLineEndings(" ")}");
        }
        catch (OutOfMemoryException)
        {
            return outOfMemory;
        }
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
        ProcessEnd.AtOnce(1);
    }
}
