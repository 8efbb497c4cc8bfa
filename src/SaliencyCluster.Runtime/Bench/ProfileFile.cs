using System.Text.Json;

namespace SaliencyCluster.Runtime.Bench;

/// <summary>Reads what ONNX Runtime's profiler writes: trace events, one for each node of each run and one for each run.</summary>
internal static class ProfileFile
{
    private const string NodeEnding = "_kernel_time", BlockedEnding = "_nchwc";

    /// <summary>Adds up the events of all runs but the first ones.</summary>
    /// <param name="json">The file.</param>
    /// <param name="skipped">Runs that are left out: the first ones plan memory.</param>
    /// <exception cref="InvalidDataException">There are no runs left.</exception>
    public static GraphProfile Read(Stream json, int skipped)
    {
        using var document = JsonDocument.Parse(json);
        var events = document.RootElement.EnumerateArray().ToList();
        var runs = events.Where(e => Name(e) == "model_run").OrderBy(Start).Skip(skipped).ToList();
        if (runs.Count == 0) throw new InvalidDataException("The profile of ONNX Runtime holds no run.");
        // A run is written down at its end: where the profiler had no more room, a last one has nodes only.
        var (from, until) = (Start(runs[0]), runs.Max(r => Start(r) + r.GetProperty("dur").GetInt64()));
        var nodes = events
            .Where(e => Text(e, "cat") == "Node" && Name(e).EndsWith(NodeEnding, StringComparison.Ordinal))
            .Where(e => Start(e) >= from && Start(e) < until)
            .GroupBy(e => Text(e.GetProperty("args"), "node_index"))
            .Select(g => Node(g.First(), g.Sum(Milliseconds) / runs.Count))
            .OrderByDescending(n => n.Milliseconds);
        return new(runs.Count, runs.Average(Milliseconds), [.. nodes]);
    }

    private static NodeTime Node(JsonElement e, double milliseconds)
    {
        var (name, args) = (Name(e)[..^NodeEnding.Length], e.GetProperty("args"));
        var kind = Text(args, "op_name") + (name.EndsWith(BlockedEnding, StringComparison.Ordinal) ? " (NCHWc)" : "");
        return new(name, kind, Shapes(args, "input_type_shape"), Shapes(args, "output_type_shape"), milliseconds);
    }

    // Each tensor is an object of one property: its type, with its shape.
    private static string Shapes(JsonElement args, string property)
    {
        if (!args.TryGetProperty(property, out var tensors)) return "";
        var shapes = tensors.EnumerateArray().SelectMany(t => t.EnumerateObject()).Select(t => t.Value);
        return string.Join(' ', shapes.Select(s => s.GetArrayLength() == 0 ? "scalar" : string.Join('x', s.EnumerateArray())));
    }

    private static string Name(JsonElement e) => Text(e, "name");

    private static string Text(JsonElement e, string property) => e.TryGetProperty(property, out var value) ? value.GetString() ?? "" : "";

    // Microseconds since the session was made.
    private static long Start(JsonElement e) => e.GetProperty("ts").GetInt64();

    private static double Milliseconds(JsonElement e) => e.GetProperty("dur").GetInt64() / 1e3;
}
