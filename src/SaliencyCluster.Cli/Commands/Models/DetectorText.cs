using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Models;

/// <summary>Says whether a model's outputs are those of a detector.</summary>
internal static class DetectorText
{
    /// <summary>Says it of a file's model; null where they are not.</summary>
    public static string? Of(ModelSummary model, int labels = 0)
    {
        var heads = HeadFinder.Find(model, labels);
        if (heads.Count == 0) return null;
        var readings = string.Join(" or ", heads.Select(h => h.Family + Classes(h)).Distinct());
        return $"{(HeadFinder.IsCertain(model, heads) ? "" : "perhaps ")}{readings}: explain detections with --box or "
            + $"--detection{(heads.Count > 1 ? ", and say which with --head or labels" : "")}";
    }

    /// <summary>Says it of a cluster's model.</summary>
    public static string? Of(Model m) => Of(SummaryOf(m), m.Labels.Count);

    /// <summary>Gets what is known of a cluster's model, as far as its outputs tell a detector.</summary>
    public static ModelSummary SummaryOf(Model m) =>
        new(
            m.Sha256, m.Opset, m.Input, (ImageLayouts.Parse(m.Layout) ?? ImageLayout.ChannelsFirst).ToChannelsFirst(m.ImageShape), m.Output,
            [.. m.OutputShape], m.FreeBatch, m.EndsInSoftmax,
            [.. m.Layers.Select(l => new LayerInfo(l.Tensor, l.Operator, [.. l.Shape], l.GradCam))], null, [], 0, 0)
        {
            Activation = m.Activation.Length > 0 ? m.Activation : null,
            Outputs = m.Outputs.Count == 0 ? null
                : [.. m.Outputs.Select(o => new OutputSummary(o.Name, [.. o.Shape], o.Problem.Length > 0 ? o.Problem : null))],
        };

    private static string Classes(DetectionHead head) => head.Classes > 0 && head.Family != HeadFamilies.EndToEnd
        ? $", {head.Classes} class score{(head.Classes == 1 ? "" : "s")}" : "";
}
