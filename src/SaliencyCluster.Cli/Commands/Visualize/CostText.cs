using System.Globalization;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Cli.Commands.Visualize;

/// <summary>Says what drawing takes before it starts.</summary>
internal static class CostText
{
    public static string Of(ExplanationRequest resolved, DrawingTask task, int restarts)
    {
        var steps = resolved.Steps!.Value;
        var copies = AscentSpec.Read(resolved.Ascent, new(), out _).Copies;
        // Where it starts, and each image on the way at the end.
        var passes = AscentSpec.FrameSteps(steps).Length + 1;
        return string.Create(CultureInfo.InvariantCulture,
            $"{task.Name}: {restarts} x {steps} steps{(copies == 1 ? "" : $" x {copies} copies")} = "
                + $"{(long)restarts * steps * copies:N0} gradients, and "
            + $"{restarts * passes} forward passes");
    }
}
