using SaliencyCluster.Onnx.Upgrading;

namespace SaliencyCluster.Onnx.Tests.Upgrading;

/// <summary>The text of docs/old-opsets.md, made from the table.</summary>
internal static class UpgradeDocument
{
    public static string Markdown() => string.Join('\n',
    [
        "# Opsets 1 to 6",
        "",
        "Generated from the table of upgrades: `SALIENCY_UPDATE_DOCS=1 dotnet run --project tests/SaliencyCluster.Onnx.Tests -- "
            + "-class SaliencyCluster.Onnx.Tests.Upgrading.UpgradeTests`.",
        "Models of the old zoo, of Caffe2, CNTK, MXNet, Core ML and PyTorch before 1.0 have these opsets. A node of an old form",
        "is written in that of opset 7 as its shapes become known; every method, `check` and `export` see the new form only.",
        "Operators without a row kept their form.",
        "Each row is tested in every opset that has it: values and gradients against its definition in double.",
        "",
        "- That `is_test` is missing is read as inference, as exporters meant it; `is_test` 0 is refused (SAL1016).",
        "- Inputs of different rank need `broadcast` 1, as these opsets say (SAL1014); where ranks are equal, shapes decide.",
        "- A file of IR version 1 or 2 that names no opset is of opset 1.",
        "- Experimental operators are known as long as ONNX had them. `ATen`, `ConstantFill`, `DynamicSlice`, `GRUUnit` and",
        "  `GivenTensorFill` are not (SAL1004), nor is an operator that came with a later opset than the model's.",
        "",
        "| Operator | Opsets | What changes |",
        "|---|---|---|",
        .. UpgradeTable.All.OrderBy(r => r.Op, StringComparer.Ordinal).ThenBy(r => r.Since)
            .Select(r => $"| {r.Op} | {Range(r)} | {What(r)} |"),
        "",
    ]);

    private static string Range(Upgrade r) => r.Until - 1 == r.Since ? $"{r.Since}" : $"{r.Since} to {r.Until - 1}";

    private static string What(Upgrade r) => ExperimentalUpgrades.All.Contains(r) ? $"experimental; written as {r.What}" : r.What;
}
