using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace SaliencyCluster.Runtime.Engine;

/// <summary>Names the nodes that a GPU has no kernel for. A session that would run them on the processor is refused, but ONNX Runtime does not say
/// which they are; its log does, where it is asked for details.</summary>
internal static partial class UnsupportedNodes
{
    /// <summary>Gets whether a session was refused for such nodes.</summary>
    public static bool IsToldIn(OnnxRuntimeException error) => error.Message.Contains("assigned to the default CPU EP", StringComparison.Ordinal);

    /// <summary>Gets their names and operators; loads the model a second time for it.</summary>
    public static IReadOnlyList<string> Of(ReadOnlyMemory<byte> model, DeviceOptions options)
    {
        using var settings = SessionSettings.Make(options.Provider, options);
        settings.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_INFO;
        using var heard = OnnxRuntimeEngine.Hear();
        try
        {
            using var session = new InferenceSession(model.ToArray(), settings);
        }
        catch (OnnxRuntimeException error) when (IsToldIn(error))
        {
            // As before; what was logged on the way is what is wanted.
        }
        return NodesIn(heard.Lines);
    }

    /// <summary>Gets the nodes that log lines name, such as <c>Acosh 'head/Acosh_3'</c>.</summary>
    public static IReadOnlyList<string> NodesIn(IEnumerable<string> lines) =>
        [.. lines.Select(l => Named().Match(l)).Where(m => m.Success).Select(m => $"{m.Groups[1].Value} '{m.Groups[2].Value.Trim()}'").Distinct()];

    [GeneratedRegex(@"kernel not found in registries for Op type: (\S+) node name: (.*)")]
    private static partial Regex Named();
}
