using SaliencyCluster.Fuzz;

if (FuzzOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(FuzzOptions.Usage);
    return 1;
}
return new FuzzRun(options).Run();
