namespace SaliencyCluster.Onnx.Upgrading;

/// <summary>How nodes of an old form of one operator are written in a newer opset.</summary>
/// <param name="Op">The operator, of the default domain.</param>
/// <param name="Since">The first opset that has this form.</param>
/// <param name="Until">The first opset that has another form, or the operator no longer.</param>
/// <param name="What">What changes, for the documentation.</param>
/// <param name="Apply">Writes the node anew.</param>
internal sealed record Upgrade(string Op, int Since, int Until, string What, Action<NodeUpgrade> Apply);
