using SaliencyCluster.Faults.Tests.Clusters;

namespace SaliencyCluster.Faults.Tests.Injection;

/// <summary>Makes faults happen and undoes them.</summary>
internal sealed class Injector(FaultCluster cluster)
{
    private const double LostShare = 0.05;

    /// <summary>Fails where a fault cannot be made on this host: a job without the fault would show nothing.</summary>
    public void Require(FaultKind kind)
    {
        var missing = kind switch
        {
            FaultKind.CutWorker or FaultKind.CutGateway => cluster.Network.Missing,
            FaultKind.LosePackets => cluster.Network.MissingLoss,
            FaultKind.FillDisk => cluster.Disk.Missing,
            _ => null,
        };
        if (missing is not null) Assert.Fail($"{kind} is not permitted here ({missing}). Run the fault tests as root: sudo ./test Faults");
    }

    /// <summary>Waits for the fault's time, makes it, and returns when it is undone.</summary>
    public async Task RunAsync(Fault fault)
    {
        await Task.Delay(TimeSpan.FromSeconds(fault.After), TimeProvider.System);
        var (gateway, worker) = (cluster.GatewayMembers[fault.Gateway], cluster.WorkerMembers[fault.Worker]);
        switch (fault.Kind)
        {
            case FaultKind.KillWorker: worker.Signal(Shell.Kill); break;
            case FaultKind.KillGateway: gateway.Signal(Shell.Kill); break;
            case FaultKind.KillBoth: gateway.Signal(Shell.Kill); worker.Signal(Shell.Kill); break;
            case FaultKind.TerminateWorker: worker.Signal(Shell.Terminate); break;
            case FaultKind.TerminateGateway: gateway.Signal(Shell.Terminate); break;
            case FaultKind.FreezeWorker: await FreezeAsync(worker, fault); break;
            case FaultKind.FreezeGateway: await FreezeAsync(gateway, fault); break;
            case FaultKind.StopDatabase:
                await cluster.Database.StopAsync();
                await LastAsync(fault);
                await cluster.Database.StartAsync();
                break;
            case FaultKind.FillDisk: await DuringAsync(fault, cluster.Disk.Fill, cluster.Disk.Empty); break;
            case FaultKind.CutWorker: await CutAsync(worker, fault); break;
            case FaultKind.CutGateway: await CutAsync(gateway, fault); break;
            case FaultKind.LosePackets:
                await DuringAsync(fault, () => Lose(cluster.Network.Lose), () => Lose(cluster.Network.StopLosing));
                break;
            case FaultKind.DamagePartials: await DuringAsync(fault, () => cluster.Damage(worker, true), () => cluster.Damage(worker, false)); break;
        }

        void Lose(Action<string, double> change)
        {
            change(gateway.Name, LostShare);
            change(worker.Name, LostShare);
        }
    }

    private static Task FreezeAsync(Member member, Fault fault)
    {
        // The process that was stopped, and not one that was started in its place meanwhile.
        var process = member.ProcessId;
        return DuringAsync(fault, () => _ = Shell.Signal(process, Shell.Stop), () => _ = Shell.Signal(process, Shell.Continue));
    }

    private Task CutAsync(Member member, Fault fault) => DuringAsync(fault, () => cluster.Network.Cut(member.Name), () => cluster.Network.Restore(member.Name));

    private static async Task DuringAsync(Fault fault, Action make, Action undo)
    {
        make();
        try
        {
            await LastAsync(fault);
        }
        finally
        {
            undo();
        }
    }

    private static Task LastAsync(Fault fault) => Task.Delay(TimeSpan.FromSeconds(fault.Seconds), TimeProvider.System);
}
