using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx.Upgrading;

/// <summary>
/// All upgrades: with them nodes of opsets 1 to 6 become nodes of opset 7 as a model is specialised, so that nothing else knows the old
/// forms. An
/// operator without a row has had one form since its shape rule begins.
/// </summary>
/// <remarks>The forms are those of https://github.com/onnx/onnx/blob/main/docs/Changelog.md.</remarks>
internal static class UpgradeTable
{
    /// <summary>The opset to which older nodes are brought.</summary>
    public const int Target = 7;

    private static readonly ILookup<string, Upgrade> Rows =
        AttributeUpgrades.All.Concat(BroadcastUpgrades.All).Concat(ExperimentalUpgrades.All).ToLookup(r => r.Op);

    /// <summary>Gets every row.</summary>
    public static IEnumerable<Upgrade> All => Rows.SelectMany(r => r);

    /// <summary>The row that applies to a node of an opset; null where its form is that of opset 7 or later.</summary>
    public static Upgrade? Find(NodeProto node, int opset) => node.Domain is not ("" or "ai.onnx") ? null
        : Rows[node.OpType].FirstOrDefault(r => r.Since <= opset && opset < r.Until);

    /// <summary>The opset of a domain whose meaning nodes have after their upgrade.</summary>
    public static long OpsetAfter(string domain, long opset) => domain is "" or "ai.onnx" ? Math.Max(Target, opset) : opset;
}
