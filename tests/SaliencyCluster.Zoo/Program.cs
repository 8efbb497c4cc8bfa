using SaliencyCluster.Zoo;

return args switch
{
    ["compare", var folder, var name] => Comparison.Print(folder, name),
    ["optimize", var from, var to] => Optimization.Save(from, to),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        zoo compare DIR NAME    gradients of an exported model against PyTorch's, a table row
        zoo optimize FROM TO    saves a model as ONNX Runtime's offline optimisation leaves it
        """);
    return 1;
}
